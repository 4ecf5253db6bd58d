import type { Module } from '#http/module.ts'
import { networkApi } from '#modules/network/api.ts'
import { networkCommands } from '#modules/network/commands.ts'
import { openPage } from '#modules/network/door.ts'
import { requireLocale, showAccessibility, showHome, showNetwork } from '#modules/network/pages.ts'

export const network: Module = {
  name: 'network',
  pages(app) {
    app.use('/:locale/*', async (c, next) => {
      if (!/^\/(api|assets|healthz|readyz|robots\.txt)(\/|$)/.test(c.req.path)) requireLocale(c)
      await next()
    })
    openPage(app, 'home', { GET: showHome })
    openPage(app, 'accessibility', { GET: showAccessibility })
    openPage(app, 'network', { GET: showNetwork })
  },
  api: networkApi,
  commands: networkCommands,
}
