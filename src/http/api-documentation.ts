import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import { type AppEnv, originOf } from '#http/context.ts'
import { page } from '#http/respond.ts'
import { version } from '#kernel/version.ts'
import { ApiPage } from '#ui/api-page.tsx'

const problemSchema = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().openapi({ description: 'Stable: made for programs' }),
    instance: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

const reasons: Record<number, string> = {
  400: 'Not to be understood',
  401: 'A valid key is needed',
  403: 'The key does not give this right',
  404: 'There is no such thing, or it is not yours to know of',
  413: 'Too large',
  415: 'Not of a type that is taken',
  422: 'A value is not valid: `errors` says which',
  429: 'Too many requests: `Retry-After` says how long to wait',
}

/** The ways in which an operation fails, as problem documents (RFC 9457). */
export function problemResponses(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map(status => [
      status,
      {
        description: reasons[status] ?? 'Error',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  )
}

export interface ApiDocument {
  info: { title: string; version: string; description?: string }
  paths: Record<string, Record<string, ApiOperation>>
  components?: { schemas?: Record<string, ApiSchema> }
}

/** What is shown of a JSON schema. */
export interface ApiSchema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  description?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  items?: ApiSchema
  anyOf?: ApiSchema[]
  oneOf?: ApiSchema[]
  properties?: Record<string, ApiSchema>
  required?: string[]
}

export interface ApiOperation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: ApiSchema }[]
  requestBody?: { content?: Record<string, { schema?: ApiSchema }> }
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: ApiSchema }> }>
  security?: Record<string, string[]>[]
}

/** Serves the description of the API: OpenAPI 3.1 for programs, a page for people. */
export function apiDocumentation(app: Hono<AppEnv>, api: OpenAPIHono<AppEnv>): void {
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of one network: `cordee token create`',
  })
  let known: ApiDocument | undefined
  const describe = (origin: string): ApiDocument & { servers: { url: string }[] } => {
    known ??= named(
      api.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'Cordée',
          version,
          description: 'What the site shows, for programs. Public networks need no key.',
          license: { name: 'AGPL-3.0-or-later' },
        },
      }) as unknown as ApiDocument,
    )
    return { ...known, servers: [{ url: `${origin}/api` }] }
  }
  api.get('/openapi.json', c => c.json(describe(originOf(c))))
  app.get('/api', c => page(c, ApiPage, { document: describe(originOf(c)) }, { localized: false }))
}

/** Programs written from the document call operations by name: `get /networks/{network}` is getNetworksNetwork. */
function named(document: ApiDocument): ApiDocument {
  for (const [path, operations] of Object.entries(document.paths)) {
    const words = path.match(/[a-z]+/gi) ?? []
    for (const [method, operation] of Object.entries(operations)) {
      operation.operationId ??=
        method + words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
    }
  }
  return document
}
