import type { Module } from '#http/module.ts'
import { exportAudit, showAudit } from '#modules/administration/audit-pages.ts'
import { createKey, revokeKey, showKeys } from '#modules/administration/key-pages.ts'
import { openPage } from '#modules/network/index.ts'

/** What those see who answer for a network: its log, its keys, what works behind it. */
export const administration: Module = {
  name: 'administration',
  pages(app) {
    openPage(app, 'audit', { GET: showAudit })
    openPage(app, 'auditExport', { GET: exportAudit })
    openPage(app, 'keys', { GET: showKeys, POST: createKey })
    openPage(app, 'keyRevocation', { POST: revokeKey })
  },
}
