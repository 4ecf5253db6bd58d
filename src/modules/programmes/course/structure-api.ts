import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { newId } from '#kernel/ids.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import { addCapsule, proposeCapsule } from '#modules/programmes/course/adding-capsule.ts'
import { addStep, proposeStep } from '#modules/programmes/course/adding-step.ts'
import { answer, body, keyed, refused } from '#modules/programmes/course/api-door.ts'
import {
  addedCapsuleSchema,
  addedStepSchema,
  modeChangeSchema,
  programmeParam,
  proposalSchema,
  writtenSchema,
} from '#modules/programmes/course/api-schema.ts'
import { changeMode, proposeMode } from '#modules/programmes/course/changing-mode.ts'
import { proposeOrder, reorderCapsules } from '#modules/programmes/course/ordering.ts'
import { capsuleForm, reasonField, revisionField } from '#modules/programmes/course/schema.ts'
import { modeInput, stepInput } from '#modules/programmes/course/step-schema.ts'

/** What a programme is made of: capsules, their order, steps, and how these are done. Each can be seen before it is so. */

const tags = ['Programmes']
const at = '/networks/{network}/programmes/{programme}'
const stepParam = programmeParam.extend({ step: z.uuid() })
const capsuleInput = capsuleForm.omit({ step: true })
const orderInput = z.object({
  revision: revisionField,
  reason: reasonField,
  order: z.array(z.uuid()).min(1).max(200).openapi({ description: 'All capsules, the first first.' }),
})

const stepPlan = apiRoute('programmes:take-part', {
  method: 'post',
  path: `${at}/steps/plan`,
  tags,
  summary: 'What one step more would be, and what it pushes aside: nothing is written',
  request: { params: programmeParam, body: body(stepInput) },
  responses: { 200: answer('The step', addedStepSchema), ...problemResponses(422) },
})

const stepAdding = apiRoute('programmes:take-part', {
  method: 'post',
  path: `${at}/steps`,
  tags,
  summary: 'Adds a step to a capsule, with its meeting; what comes after it makes room',
  request: { params: programmeParam, body: body(stepInput) },
  responses: { 201: answer('Added', writtenSchema.extend({ step: z.uuid() })), ...problemResponses(422) },
})

const modePlan = apiRoute('programmes:take-part', {
  method: 'post',
  path: `${at}/steps/{step}/mode/plan`,
  tags,
  summary: 'What comes of it when a step is done another way: nothing is written',
  request: { params: stepParam, body: body(modeInput) },
  responses: { 200: answer('The change', modeChangeSchema), ...problemResponses(422) },
})

const mode = apiRoute('programmes:take-part', {
  method: 'put',
  path: `${at}/steps/{step}/mode`,
  tags,
  summary:
    'Has a step done another way; its meeting is planned, called off or moved, and those who come are told',
  request: { params: stepParam, body: body(modeInput) },
  responses: { 200: answer('Changed', writtenSchema), ...problemResponses(422) },
})

const capsulePlan = apiRoute('programmes:take-part', {
  method: 'post',
  path: `${at}/capsules/plan`,
  tags,
  summary: 'What one capsule more would be, and what it pushes aside: nothing is written',
  request: { params: programmeParam, body: body(capsuleInput) },
  responses: { 200: answer('The capsule', addedCapsuleSchema), ...problemResponses(422) },
})

const capsuleAdding = apiRoute('programmes:take-part', {
  method: 'post',
  path: `${at}/capsules`,
  tags,
  summary: 'Adds a capsule, of the template by its key or a plain one',
  request: { params: programmeParam, body: body(capsuleInput) },
  responses: { 201: answer('Added', writtenSchema), ...problemResponses(422) },
})

const orderPlan = apiRoute('programmes:take-part', {
  method: 'post',
  path: `${at}/order/plan`,
  tags,
  summary: 'What moves when capsules are taken in another order: nothing is written',
  request: { params: programmeParam, body: body(orderInput) },
  responses: { 200: answer('Moves', proposalSchema), ...problemResponses(422) },
})

const order = apiRoute('programmes:take-part', {
  method: 'put',
  path: `${at}/order`,
  tags,
  summary: 'Takes capsules in another order; each begins when the one began that was in its place',
  request: { params: programmeParam, body: body(orderInput) },
  responses: { 200: answer('In that order', writtenSchema), ...problemResponses(422) },
})

export function structureApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(stepPlan, async c => {
    const entry = keyed(entryOf(c))
    const { programme: id } = c.req.valid('param')
    const found = await readTenant(c.var.services.db, entry.tenant, trx =>
      proposeStep(trx, entry, id, c.req.valid('json')),
    ).catch(error => refused(c, error))
    return c.json(
      addedStepSchema.parse({ ...found.step, capsule: found.capsule.id, moves: found.moves }),
      200,
    )
  })

  api.openapi(stepAdding, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const { programme: id } = c.req.valid('param')
    const step = newId()
    const revision = await inTenant(db, entry.tenant, trx =>
      addStep(trx, entry, id, c.req.valid('json'), linkOrigin, step),
    ).catch(error => refused(c, error))
    return c.json({ id, revision, step }, 201)
  })

  api.openapi(modePlan, async c => {
    const entry = keyed(entryOf(c))
    const { db, expectations } = c.var.services
    const { programme: id, step } = c.req.valid('param')
    const found = await readTenant(db, entry.tenant, trx =>
      proposeMode(trx, entry, expectations, id, step, c.req.valid('json')),
    ).catch(error => refused(c, error))
    return c.json(modeChangeSchema.parse({ ...found.step, ...found }), 200)
  })

  api.openapi(mode, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin, expectations } = c.var.services
    const { programme: id, step } = c.req.valid('param')
    const revision = await inTenant(db, entry.tenant, trx =>
      changeMode(trx, entry, expectations, id, step, c.req.valid('json'), linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, revision }, 200)
  })

  api.openapi(orderPlan, async c => {
    const entry = keyed(entryOf(c))
    const { programme: id } = c.req.valid('param')
    const { moves } = await readTenant(c.var.services.db, entry.tenant, trx =>
      proposeOrder(trx, entry, id, c.req.valid('json').order),
    ).catch(error => refused(c, error))
    return c.json({ moves }, 200)
  })

  api.openapi(order, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const { programme: id } = c.req.valid('param')
    const revision = await inTenant(db, entry.tenant, trx =>
      reorderCapsules(trx, entry, id, c.req.valid('json'), linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, revision }, 200)
  })

  api.openapi(capsulePlan, async c => {
    const entry = keyed(entryOf(c))
    const { programme: id } = c.req.valid('param')
    const { capsule, moves } = await readTenant(c.var.services.db, entry.tenant, trx =>
      proposeCapsule(trx, entry, id, { ...c.req.valid('json'), step: 'preview' }),
    ).catch(error => refused(c, error))
    return c.json(addedCapsuleSchema.parse({ ...capsule, moves }), 200)
  })

  api.openapi(capsuleAdding, async c => {
    const entry = keyed(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const { programme: id } = c.req.valid('param')
    const revision = await inTenant(db, entry.tenant, trx =>
      addCapsule(trx, entry, id, { ...c.req.valid('json'), step: 'add' }, linkOrigin),
    ).catch(error => refused(c, error))
    return c.json({ id, revision }, 201)
  })
}
