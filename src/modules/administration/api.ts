import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '#http/context.ts'
import { auditApi } from '#modules/administration/audit-api.ts'
import { jobApi } from '#modules/administration/job-api.ts'
import { webhookApi } from '#modules/administration/webhook-api.ts'

/** What administrators do on pages, for their programmes. */
export function administrationApi(api: OpenAPIHono<AppEnv>): void {
  auditApi(api)
  jobApi(api)
  webhookApi(api)
}
