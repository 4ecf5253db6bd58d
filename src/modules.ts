import type { Module } from '#http/module.ts'
import { commons } from '#modules/commons/module.ts'
import { network } from '#modules/network/module.ts'

/** Every module of the program. Their order is that of their routes and of the demonstration. */
export const modules: Module[] = [network, commons]
