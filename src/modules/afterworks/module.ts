import type { Module } from '#http/module.ts'

export const afterworks: Module = { name: 'afterworks' }
