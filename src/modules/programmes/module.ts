import type { Module } from '#http/module.ts'
import { document, reading } from '#modules/programmes/expectations.ts'

/** Programmes by capsules: what a group does over months, step by step, and how far each organisation is. */
export const programmes: Module = {
  name: 'programmes',
  expectations: { reading, document },
}
