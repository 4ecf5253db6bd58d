import type { Hono } from 'hono'
import type { AppEnv } from '#http/context.ts'
import { showBooklet } from '#modules/commons/publication/booklet-export.ts'
import { showItemExport } from '#modules/commons/publication/item-export.ts'
import { openPage } from '#modules/network/index.ts'

export function openPublicationPages(app: Hono<AppEnv>): void {
  openPage(app, 'itemExport', { GET: showItemExport })
  openPage(app, 'collectionBooklet', { GET: showBooklet })
}
