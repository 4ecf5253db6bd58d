import type { Module } from '#http/module.ts'
import { administrationApi } from '#modules/administration/api.ts'
import { exportAudit, showAudit } from '#modules/administration/audit-pages.ts'
import { showHealth } from '#modules/administration/health-pages.ts'
import { postJobCancellation, postJobRetry, showJob, showJobs } from '#modules/administration/job-pages.ts'
import { createKey, revokeKey, showKeys } from '#modules/administration/key-pages.ts'
import {
  postCancellation,
  postRetry,
  postTestMessage,
  showMessage,
  showMessageHtml,
  showOutbox,
} from '#modules/administration/mail-pages.ts'
import {
  postRedelivery,
  postRemoval,
  postResumption,
  postSecret,
  postSuspension,
  postWebhook,
  postWebhookChange,
  postWebhookTest,
  showWebhook,
  showWebhooks,
} from '#modules/administration/webhook-pages.ts'
import { openPage } from '#modules/network/index.ts'

/** What those see who answer for a network, or run the installation: the log, keys, what works behind the pages. */
export const administration: Module = {
  name: 'administration',
  pages(app) {
    // First those of the installation: `platform` is no network.
    openPage(app, 'platformAudit', { GET: showAudit })
    openPage(app, 'platformAuditExport', { GET: exportAudit })
    openPage(app, 'platformHealth', { GET: showHealth })
    openPage(app, 'platformJobs', { GET: showJobs })
    openPage(app, 'platformJob', { GET: showJob })
    openPage(app, 'platformJobRetry', { POST: postJobRetry })
    openPage(app, 'platformJobCancellation', { POST: postJobCancellation })
    openPage(app, 'platformMail', { GET: showOutbox })
    openPage(app, 'platformMailTest', { POST: postTestMessage })
    openPage(app, 'platformMailMessage', { GET: showMessage })
    openPage(app, 'platformMailHtml', { GET: showMessageHtml })
    openPage(app, 'platformMailRetry', { POST: postRetry })
    openPage(app, 'platformMailCancellation', { POST: postCancellation })
    openPage(app, 'audit', { GET: showAudit })
    openPage(app, 'auditExport', { GET: exportAudit })
    openPage(app, 'jobs', { GET: showJobs })
    openPage(app, 'job', { GET: showJob })
    openPage(app, 'jobRetry', { POST: postJobRetry })
    openPage(app, 'jobCancellation', { POST: postJobCancellation })
    openPage(app, 'keys', { GET: showKeys, POST: createKey })
    openPage(app, 'keyRevocation', { POST: revokeKey })
    openPage(app, 'mail', { GET: showOutbox })
    openPage(app, 'mailTest', { POST: postTestMessage })
    openPage(app, 'mailMessage', { GET: showMessage })
    openPage(app, 'mailHtml', { GET: showMessageHtml })
    openPage(app, 'mailRetry', { POST: postRetry })
    openPage(app, 'mailCancellation', { POST: postCancellation })
    openPage(app, 'webhooks', { GET: showWebhooks, POST: postWebhook })
    openPage(app, 'webhook', { GET: showWebhook, POST: postWebhookChange })
    openPage(app, 'webhookSuspension', { POST: postSuspension })
    openPage(app, 'webhookResumption', { POST: postResumption })
    openPage(app, 'webhookSecret', { POST: postSecret })
    openPage(app, 'webhookRemoval', { POST: postRemoval })
    openPage(app, 'webhookTest', { POST: postWebhookTest })
    openPage(app, 'webhookRedelivery', { POST: postRedelivery })
  },
  api: administrationApi,
}
