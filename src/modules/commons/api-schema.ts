import { z } from '@hono/zod-openapi'

export const networkParameter = z.object({
  network: z.string().openapi({ description: 'Slug of the network', example: 'fil-commun' }),
})

export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
