import type { Module } from '#http/module.ts'
import { routes } from '#http/routes.ts'
import { networkApi } from '#modules/network/api.ts'
import { networkCommands } from '#modules/network/commands.ts'
import { requireLocale, showAccessibility, showHome, showNetwork } from '#modules/network/pages.ts'

export const network: Module = {
  name: 'network',
  pages(app) {
    app.use('/:locale/*', async (c, next) => {
      if (!/^\/(api|assets|healthz|readyz|robots\.txt)(\/|$)/.test(c.req.path)) requireLocale(c)
      await next()
    })
    app.get(routes.home, showHome)
    app.get(routes.accessibility, showAccessibility)
    app.get(routes.network, showNetwork)
  },
  api: networkApi,
  commands: networkCommands,
}
