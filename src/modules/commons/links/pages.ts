import type { Hono } from 'hono'
import type { AppEnv } from '#http/context.ts'
import { postLink, postLinkRemoval, showLinks } from '#modules/commons/links/link-pages.ts'
import { openPage } from '#modules/network/index.ts'

export function openLinkPages(app: Hono<AppEnv>): void {
  openPage(app, 'itemLinks', { GET: showLinks, POST: postLink })
  openPage(app, 'itemLinkRemoval', { POST: postLinkRemoval })
}
