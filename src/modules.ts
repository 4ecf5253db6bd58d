import type { Module } from '#http/module.ts'
import { account } from '#modules/account/module.ts'
import { administration } from '#modules/administration/module.ts'
import { afterworks } from '#modules/afterworks/module.ts'
import { commons } from '#modules/commons/module.ts'
import { files } from '#modules/files/module.ts'
import { groups } from '#modules/groups/module.ts'
import { meetings } from '#modules/meetings/module.ts'
import { network } from '#modules/network/module.ts'
import { platform } from '#modules/platform/module.ts'
import { programmes } from '#modules/programmes/module.ts'
import { threads } from '#modules/threads/module.ts'
import { waiting } from '#modules/waiting/module.ts'

/**
 * Every module of the program. Their order is that of their routes and of the demonstration: pages of the site stand
 * before those of networks, whose names would take their place.
 */
export const modules: Module[] = [
  platform,
  account,
  network,
  // What it shows at the door of a network stands first.
  waiting,
  administration,
  groups,
  meetings,
  afterworks,
  programmes,
  commons,
  threads,
  files,
]
