import type { Module } from '#http/module.ts'

export const threads: Module = { name: 'threads' }
