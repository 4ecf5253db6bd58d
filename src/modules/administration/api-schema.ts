import { z } from '@hono/zod-openapi'

export const networkParameter = z.object({
  network: z.string().openapi({ description: 'Slug of the network', example: 'fil-commun' }),
})
export const idParameter = networkParameter.extend({ id: z.string() })

export const limit = z.coerce.number().int().min(1).max(100).default(20)

export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const tag = ['Administration']
