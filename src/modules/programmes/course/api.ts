import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import { answer, body, keyed, refused } from '#modules/programmes/course/api-door.ts'
import {
  listedSchema,
  planSchema,
  programmeParam,
  programmeSchema,
  proposalSchema,
  writtenSchema,
} from '#modules/programmes/course/api-schema.ts'
import { listProgrammes } from '#modules/programmes/course/listing.ts'
import { makeProgramme } from '#modules/programmes/course/making.ts'
import { moveSteps, proposeMoves } from '#modules/programmes/course/moving.ts'
import { pauseProgramme, resumeProgramme } from '#modules/programmes/course/pausing.ts'
import { previewProgramme } from '#modules/programmes/course/previewing.ts'
import { makingInput, movesInput, reasonField, revisionField } from '#modules/programmes/course/schema.ts'
import { shortenProgramme } from '#modules/programmes/course/shortening.ts'
import { undoChange } from '#modules/programmes/course/undoing.ts'
import { dayField } from '#modules/programmes/day-field.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { structureOf } from '#modules/programmes/programme.ts'

const tags = ['Programmes']
const networkParam = z.object({ network: z.string() })

const list = apiRoute('programmes:read', {
  method: 'get',
  path: '/networks/{network}/programmes',
  tags,
  summary: 'Programmes of groups that the key may know of, the latest to begin first',
  request: {
    params: networkParam,
    query: z.object({
      state: z.enum(['running', 'paused', 'ended']).optional(),
      group: z.uuid().optional(),
      after: z.uuid().optional().openapi({ description: 'The `next` of the answer before.' }),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    200: answer('Programmes', z.object({ programmes: z.array(listedSchema), next: z.uuid().nullable() })),
    ...problemResponses(422),
  },
})

const one = apiRoute('programmes:read', {
  method: 'get',
  path: '/networks/{network}/programmes/{programme}',
  tags,
  summary: 'One programme, with its capsules, steps and what they expect',
  request: { params: programmeParam },
  responses: { 200: answer('The programme', programmeSchema), ...problemResponses(422) },
})

const preview = apiRoute('programmes:take-part', {
  method: 'post',
  path: '/networks/{network}/programmes/plan',
  tags,
  summary: 'What a programme would be: nothing is written',
  request: { params: networkParam, body: body(makingInput) },
  responses: { 200: answer('The plan', planSchema), ...problemResponses(422) },
})

const make = apiRoute('programmes:take-part', {
  method: 'post',
  path: '/networks/{network}/programmes',
  tags,
  summary: 'Makes a programme, with its meetings and tasks',
  description: 'An `id` of your own makes it safe to send twice.',
  request: { params: networkParam, body: body(makingInput) },
  responses: { 201: answer('Made', writtenSchema), ...problemResponses(422) },
})

const proposal = apiRoute('programmes:take-part', {
  method: 'get',
  path: '/networks/{network}/programmes/{programme}/moves',
  tags,
  summary: 'What would move with a step, or with a capsule: nothing is written',
  request: {
    params: programmeParam,
    query: z.object({
      step: z.uuid().optional(),
      day: dayField.optional().openapi({ description: 'The new last day of the step.' }),
      capsule: z.uuid().optional(),
      weeks: z.coerce.number().int().min(-52).max(52).default(0),
    }),
  },
  responses: { 200: answer('Moves', proposalSchema), ...problemResponses(422) },
})

const move = apiRoute('programmes:take-part', {
  method: 'post',
  path: '/networks/{network}/programmes/{programme}/moves',
  tags,
  summary: 'Moves steps, and their meetings with them; those who come are told',
  request: { params: programmeParam, body: body(movesInput) },
  responses: { 200: answer('Moved', writtenSchema), ...problemResponses(422) },
})

const pausing = z.object({ revision: revisionField, reason: reasonField })

const pause = apiRoute('programmes:take-part', {
  method: 'post',
  path: '/networks/{network}/programmes/{programme}/pause',
  tags,
  summary: 'Pauses a programme',
  request: { params: programmeParam, body: body(pausing) },
  responses: { 200: answer('Paused', writtenSchema), ...problemResponses(422) },
})

const resumption = apiRoute('programmes:take-part', {
  method: 'post',
  path: '/networks/{network}/programmes/{programme}/resumption',
  tags,
  summary: 'Resumes a programme; what was not over moves by as much as it stood still',
  request: { params: programmeParam, body: body(pausing.extend({ resumesOn: dayField })) },
  responses: { 200: answer('Resumed', writtenSchema), ...problemResponses(422) },
})

const shortening = apiRoute('programmes:take-part', {
  method: 'post',
  path: '/networks/{network}/programmes/{programme}/shortening',
  tags,
  summary: 'Leaves steps out; their meetings are called off',
  request: {
    params: programmeParam,
    body: body(
      pausing.extend({
        left: z.array(z.uuid()).max(400).default([]).openapi({ description: 'Steps and capsules.' }),
        endsOn: dayField.nullable().default(null),
      }),
    ),
  },
  responses: { 200: answer('Shortened', writtenSchema), ...problemResponses(422) },
})

const undoing = apiRoute('programmes:take-part', {
  method: 'post',
  path: '/networks/{network}/programmes/{programme}/undoing',
  tags,
  summary: 'Undoes the latest change of its course',
  request: { params: programmeParam, body: body(z.object({ revision: revisionField })) },
  responses: { 200: answer('Undone', writtenSchema), ...problemResponses(422) },
})

export function courseApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const entry = keyed(entryOf(c))
    const { group, ...query } = c.req.valid('query')
    const found = await readTenant(c.var.services.db, entry.tenant, trx =>
      listProgrammes(trx, entry, { ...query, groupId: group }),
    )
    return c.json(found, 200)
  })

  api.openapi(one, async c => {
    const entry = keyed(entryOf(c))
    const { programme: id } = c.req.valid('param')
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const { programme, group } = await openProgramme(trx, entry, id, 'read')
      const { closures, ...rest } = programme
      return {
        ...rest,
        closures,
        group: { id: group.id, slug: group.slug, name: group.name },
        capsules: await structureOf(trx, entry.network.id, id),
      }
    })
    return c.json(programmeSchema.parse(found), 200)
  })

  api.openapi(preview, async c => {
    const entry = keyed(entryOf(c))
    const { plan, counts } = await readTenant(c.var.services.db, entry.tenant, trx =>
      previewProgramme(trx, entry, c.req.valid('json')),
    ).catch(error => refused(c, error))
    return c.json(planSchema.parse({ ...plan, counts }), 200)
  })

  api.openapi(make, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const id = await inTenant(db, entry.tenant, trx =>
      makeProgramme(trx, entry, c.req.valid('json'), linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, revision: 1 }, 201)
  })

  api.openapi(proposal, async c => {
    const entry = keyed(entryOf(c))
    const { programme } = c.req.valid('param')
    const { step, day = null, capsule, weeks } = c.req.valid('query')
    const wish = { step, capsule, day, opens: null, time: null, weeks, from: undefined }
    const { moves } = await readTenant(c.var.services.db, entry.tenant, trx =>
      proposeMoves(trx, entry, programme, wish),
    ).catch(error => refused(c, error))
    return c.json({ moves }, 200)
  })

  api.openapi(move, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const { programme: id } = c.req.valid('param')
    const revision = await inTenant(db, entry.tenant, trx =>
      moveSteps(trx, entry, id, c.req.valid('json'), linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, revision }, 200)
  })

  api.openapi(pause, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const { programme: id } = c.req.valid('param')
    const revision = await inTenant(db, entry.tenant, trx =>
      pauseProgramme(trx, entry, id, c.req.valid('json'), linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, revision }, 200)
  })

  api.openapi(resumption, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const { programme: id } = c.req.valid('param')
    const revision = await inTenant(db, entry.tenant, trx =>
      resumeProgramme(trx, entry, id, c.req.valid('json'), linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, revision }, 200)
  })

  api.openapi(shortening, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const { programme: id } = c.req.valid('param')
    const revision = await inTenant(db, entry.tenant, trx =>
      shortenProgramme(trx, entry, id, c.req.valid('json'), linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, revision }, 200)
  })

  api.openapi(undoing, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const { programme: id } = c.req.valid('param')
    const revision = await inTenant(db, entry.tenant, trx =>
      undoChange(trx, entry, id, c.req.valid('json').revision, linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, revision }, 200)
  })
}
