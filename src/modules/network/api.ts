import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '#http/context.ts'
import { locales } from '#kernel/locale.ts'
import { apiRoute } from '#modules/network/api-route.ts'
import { publicNetworks } from '#modules/network/networks.ts'

const translated = z
  .partialRecord(z.enum(locales), z.string())
  .openapi({ description: 'A text by language.' })

const networkSchema = z
  .object({
    slug: z.string(),
    name: translated,
    summary: translated,
    locale: z.enum(locales),
    timeZone: z.string(),
  })
  .openapi('Network')

const list = apiRoute('site:read', {
  method: 'get',
  path: '/networks',
  tags: ['Networks'],
  summary: 'The public networks of this installation',
  responses: {
    200: {
      description: 'Networks',
      content: { 'application/json': { schema: z.object({ networks: z.array(networkSchema) }) } },
    },
  },
})

export function networkApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const networks = await publicNetworks(c.var.services.db)
    return c.json(
      {
        networks: networks.map(({ slug, name, summary, locale, timeZone }) => ({
          slug,
          name,
          summary,
          locale,
          timeZone,
        })),
      },
      200,
    )
  })
}
