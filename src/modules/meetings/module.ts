import type { Module } from '#http/module.ts'

export const meetings: Module = { name: 'meetings' }
