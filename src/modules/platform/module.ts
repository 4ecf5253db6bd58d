import type { Module } from '#http/module.ts'
import { openPage } from '#modules/network/index.ts'
import {
  enterDemonstration,
  foundByPlatform,
  showDemonstration,
  showPlatform,
  showStart,
  start,
} from '#modules/platform/pages.ts'

/** The installation as a whole: its demonstration, its first start, what runs it. */
export const platform: Module = {
  name: 'platform',
  pages(app) {
    openPage(app, 'demonstration', { GET: showDemonstration, POST: enterDemonstration })
    openPage(app, 'start', { GET: showStart, POST: start })
    openPage(app, 'platform', { GET: showPlatform })
    openPage(app, 'platformNetworks', { POST: foundByPlatform })
  },
}
