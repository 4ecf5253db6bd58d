import type { Module } from '#http/module.ts'
import { networkApi } from '#modules/network/api.ts'
import { networkCommands } from '#modules/network/commands.ts'
import { openPage } from '#modules/network/door.ts'
import { showAccessibility, showHome, showNetwork } from '#modules/network/pages.ts'

export const network: Module = {
  name: 'network',
  pages(app) {
    openPage(app, 'home', { GET: showHome })
    openPage(app, 'accessibility', { GET: showAccessibility })
    openPage(app, 'network', { GET: showNetwork })
  },
  api: networkApi,
  commands: networkCommands,
}
