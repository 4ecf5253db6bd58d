import type { Module } from '#http/module.ts'

export const groups: Module = { name: 'groups' }
