import { z } from '@hono/zod-openapi'
import { fileKinds } from '#modules/files/kinds.ts'

export const fileSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    mediaType: z.string().openapi({ description: 'As its content shows, never as it was called' }),
    kind: z.enum(fileKinds),
    bytes: z.number().int(),
    sha256: z.string().openapi({ description: 'In hexadecimal' }),
    width: z.number().int().nullable().openapi({ description: 'In pixels, of images' }),
    height: z.number().int().nullable(),
    visibility: z.enum(['public', 'network', 'document', 'group']).openapi({
      description:
        '`document`: those who write or review the page it was put into; `group`: the people of the group it was handed in to',
    }),
    createdAt: z.iso.datetime(),
    content: z.url().openapi({ description: 'Where the bytes are' }),
  })
  .openapi('File')

export const roomSchema = z
  .object({ bytes: z.number().int(), allowed: z.number().int() })
  .nullable()
  .openapi({ description: 'What the network keeps and may keep, in bytes; null for the public' })
