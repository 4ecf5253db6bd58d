import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import { type AppContext, type AppEnv, originOf } from '#http/context.ts'
import { fileResponse } from '#http/file-response.ts'
import { removeBytes } from '#http/removed-bytes.ts'
import { AppError } from '#kernel/errors.ts'
import { attachment, dropFile, openTo, searchFiles } from '#modules/files/files.ts'
import { fileKinds, kindOf } from '#modules/files/kinds.ts'
import { receiveBody } from '#modules/files/receiving.ts'
import { fileSchema, roomSchema } from '#modules/files/schema.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import { type StoredFile, usage } from '#platform/files/files.ts'
import { defaultLimits } from '#platform/files/receiving.ts'

const ofNetwork = z.object({
  network: z.string().openapi({ description: 'Slug of the network', example: 'fil-commun' }),
})
const ofFile = ofNetwork.extend({ id: z.string() })
const one = (description: string) => ({
  description,
  content: { 'application/json': { schema: fileSchema } },
})
const binary = z.string().openapi({ format: 'binary' })

const listFiles = apiRoute('files:read', {
  method: 'get',
  path: '/networks/{network}/files',
  tags: ['Files'],
  summary: 'The files of a network',
  description: 'The latest first, by key: pass `next` as `after` for the following page.',
  request: {
    params: ofNetwork,
    query: z.object({
      q: z.string().max(200).default('').openapi({ description: 'Words of the name' }),
      kind: z.enum(fileKinds).optional(),
      after: z.uuid().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
  },
  responses: {
    200: {
      description: 'What there is',
      content: {
        'application/json': {
          schema: z.object({ files: z.array(fileSchema), next: z.uuid().nullable(), room: roomSchema }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const postFile = apiRoute('files:write', {
  method: 'post',
  path: '/networks/{network}/files',
  tags: ['Files'],
  limit: 'import',
  summary: 'Keep a file',
  description:
    'The file is the whole body. Pictures are written anew, without what they say of where they were taken.',
  request: {
    params: ofNetwork,
    query: z.object({
      name: z.string().min(1).max(200).openapi({ description: 'File name', example: 'plan.pdf' }),
      visibility: z.enum(['public', 'network']).default('network').openapi({
        description: 'Who may read: everyone, in a public network, or the network alone',
      }),
    }),
    body: { required: true, content: { 'application/octet-stream': { schema: binary } } },
  },
  responses: {
    201: {
      ...one('Kept'),
      headers: { location: { schema: { type: 'string' }, description: 'The address of the file' } },
    },
    ...problemResponses(400, 413, 415, 422),
  },
})

const getFile = apiRoute('files:read', {
  method: 'get',
  path: '/networks/{network}/files/{id}',
  tags: ['Files'],
  summary: 'What a file is',
  request: { params: ofFile },
  responses: { 200: one('The file, without its content') },
})

const getContent = apiRoute('files:read', {
  method: 'get',
  path: '/networks/{network}/files/{id}/content',
  tags: ['Files'],
  summary: 'The content of a file',
  description: 'With ranges (RFC 9110); `Content-Type` is what the content shows, where that is harmless.',
  request: { params: ofFile },
  responses: { 200: { description: 'The bytes', content: { '*/*': { schema: binary } } } },
})

const deleteFile = apiRoute('files:write', {
  method: 'delete',
  path: '/networks/{network}/files/{id}',
  tags: ['Files'],
  summary: 'Remove a file',
  description: 'For whoever sent it, and for administrators.',
  request: { params: ofFile },
  responses: { 204: { description: 'It is gone' } },
})

export function filesApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(listFiles, async c => {
    const { network, tenant, role } = entryOf(c)
    const { q, kind, after, limit } = c.req.valid('query')
    const { files, next, room } = await readTenant(c.var.services.db, tenant, async trx => ({
      ...(await searchFiles(trx, network.id, { q, kind: kind ?? null }, { after, limit })),
      room: role === 'visitor' ? null : await usage(trx, network.id),
    }))
    const told = files.map(file => shown(c, openTo(network, file)))
    const allowed = defaultLimits.networkBytes
    return c.json({ files: told, next, room: room && { bytes: room.bytes, allowed } }, 200)
  })

  api.openapi(postFile, async c => {
    const entry = entryOf(c)
    // Sent as a form, the form itself would be what is kept.
    if (/^multipart\//i.test(c.req.header('content-type') ?? ''))
      throw new AppError('unsupported-type', { params: { types: 'application/octet-stream' } })
    const file = await receiveBody(c, entry, c.req.valid('query'))
    c.header('location', `/api/networks/${entry.network.slug}/files/${file.id}`)
    return c.json(shown(c, file), 201)
  })

  api.openapi(getFile, async c => c.json(shown(c, await requested(c)), 200))

  api.openapi(getContent, async c => fileResponse(c, await requested(c), { download: true }))

  api.openapi(deleteFile, async c => {
    const entry = entryOf(c)
    const { db } = c.var.services
    const keys = await inTenant(db, entry.tenant, trx => dropFile(trx, entry, c.req.param('id')))
    await removeBytes(c, keys)
    return c.body(null, 204)
  })
}

async function requested(c: AppContext): Promise<StoredFile> {
  const { network, tenant } = entryOf(c)
  const file = await readTenant(c.var.services.db, tenant, trx =>
    attachment(trx, network.id, c.req.param('id') ?? ''),
  )
  return openTo(network, file)
}

function shown(c: AppContext, file: StoredFile) {
  const { id, name, mediaType, bytes, sha256, width, height, visibility } = file
  const address = `/api/networks/${entryOf(c).network.slug}/files/${id}/content`
  return {
    ...{ id, name, mediaType, kind: kindOf(mediaType), bytes, sha256, width, height, visibility },
    createdAt: file.createdAt.toISOString(),
    content: originOf(c) + address,
  }
}
