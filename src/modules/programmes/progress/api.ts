import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { apiRoute, type Entry, entryOf, inWords, Refusal } from '#modules/network/index.ts'
import { dayField } from '#modules/programmes/day-field.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { type Compared, compare } from '#modules/programmes/progress/comparison.ts'
import {
  fulfil,
  fulfilmentOf,
  fulfilmentsOf,
  mostMinutes,
  takeBack,
} from '#modules/programmes/progress/fulfilments.ts'
import { type Share, stepStates } from '#modules/programmes/progress/progress.ts'
import { progressOf } from '#modules/programmes/progress/progress-of.ts'

const tags = ['Programmes']
const ofProgramme = z.object({ network: z.string(), programme: z.uuid() })
const ofFulfilment = ofProgramme.extend({ step: z.uuid(), expectation: z.uuid(), organisation: z.uuid() })

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

const shareSchema = z
  .object({ count: z.number().int(), of: z.number().int() })
  .openapi('ProgrammeShare', { description: 'So many of so many.' })

const progressSchema = z
  .object({
    today: z.iso.date(),
    completion: shareSchema,
    presence: shareSchema,
    organisations: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        since: z.iso.date(),
        completion: shareSchema,
        presence: shareSchema,
        steps: z.array(
          z.object({
            step: z.uuid(),
            state: z.enum(stepStates),
            fulfilled: z.number().int(),
            expected: z.number().int(),
            lacking: z.array(z.uuid()).openapi({ description: 'Expectations.' }),
            dueOn: z.iso.date(),
            present: z.number().int().nullable(),
          }),
        ),
      }),
    ),
  })
  .openapi('ProgrammeProgress')

const fulfilmentSchema = z
  .object({
    id: z.uuid(),
    expectation: z.uuid(),
    organisation: z.uuid(),
    person: z.uuid().nullable(),
    doneOn: z.iso.date(),
    minutes: z.number().int().nullable(),
    note: z.string(),
    file: z.uuid().nullable(),
    url: z.string().nullable(),
    enteredBy: z.enum(['own', 'facilitator', 'sheet', 'phone']),
  })
  .openapi('ProgrammeFulfilment')

const newFulfilment = z
  .object({
    doneOn: dayField.nullable().default(null).openapi({ description: 'Today, where nothing is said.' }),
    minutes: z.number().int().min(1).max(mostMinutes).nullable().default(null),
    note: z.string().trim().max(5_000).default(''),
    url: z
      .url({ protocol: /^https?$/ })
      .max(1_000)
      .nullable()
      .default(null),
  })
  .openapi('NewProgrammeFulfilment')

const comparedSchema = z
  .object({
    programme: z.uuid(),
    name: z.string(),
    network: z.string().nullable().openapi({ description: 'Last word of its address; null: this one.' }),
    startsOn: z.iso.date(),
    endsOn: z.iso.date(),
    steps: shareSchema,
    organisations: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'Null where they are fewer than five.' }),
    completion: shareSchema.nullable(),
    presence: shareSchema.nullable(),
    countedAt: z.iso.datetime().nullable(),
  })
  .openapi('ComparedProgramme')

const progress = apiRoute('programmes:take-part', {
  method: 'get',
  path: '/networks/{network}/programmes/{programme}/progress',
  tags,
  summary: 'How far each organisation is in a programme, step by step',
  request: { params: ofProgramme },
  responses: { 200: answer('Progress', progressSchema), ...problemResponses(422) },
})

const fulfilments = apiRoute('programmes:take-part', {
  method: 'get',
  path: '/networks/{network}/programmes/{programme}/steps/{step}/fulfilments',
  tags,
  summary: 'What organisations said of a step, for those who run the programme',
  request: { params: ofProgramme.extend({ step: z.uuid() }) },
  responses: {
    200: answer('Fulfilments', z.object({ fulfilments: z.array(fulfilmentSchema) })),
    ...problemResponses(422),
  },
})

const path =
  '/networks/{network}/programmes/{programme}/steps/{step}/expectations/{expectation}/fulfilments/{organisation}'

const put = apiRoute('programmes:take-part', {
  method: 'put',
  path,
  tags,
  summary: 'Says that an organisation did what a step expects',
  description: 'By whoever acts for it, or runs the programme. Said again, it is changed, and counted once.',
  request: {
    params: ofFulfilment,
    body: { required: true, content: { 'application/json': { schema: newFulfilment } } },
  },
  responses: { 200: answer('As it is now', fulfilmentSchema), ...problemResponses(422) },
})

const remove = apiRoute('programmes:take-part', {
  method: 'delete',
  path,
  tags,
  summary: 'Takes back what the asker said, or what was entered in nobody’s name',
  request: { params: ofFulfilment },
  responses: { 204: { description: 'Taken back, or never said' }, ...problemResponses(422) },
})

const comparison = apiRoute('programmes:read', {
  method: 'get',
  path: '/networks/{network}/programmes/comparison',
  tags,
  summary: 'Programmes side by side: those of this network, and what affiliated networks share',
  description: 'Numbers alone. Two hundred of each at most.',
  request: { params: z.object({ network: z.string() }) },
  responses: {
    200: answer(
      'Side by side',
      z.object({ own: z.array(comparedSchema), affiliated: z.array(comparedSchema) }),
    ),
  },
})

/** Before what has the id of a programme in the place of the comparison. */
export function progressApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(comparison, async c => {
    const entry = asKeyMay(entryOf(c))
    const { db, expectations: kinds } = c.var.services
    const found = await readTenant(db, entry.tenant, trx => compare(trx, kinds, entry, c.var.locale))
    return c.json({ own: found.own.map(compared), affiliated: found.affiliated.map(compared) }, 200)
  })

  api.openapi(progress, async c => {
    const entry = asKeyMay(entryOf(c))
    const { db, expectations: kinds } = c.var.services
    const found = await readTenant(db, entry.tenant, async trx => {
      const { programme } = await openProgramme(trx, entry, c.req.valid('param').programme, 'take-part')
      return progressOf(trx, kinds, entry.network.id, [programme.id])
    })
    const [one] = found
    if (!one) throw new AppError('not-found')
    const organisations = one.organisations.map(({ id, name, since, steps, ...totals }) => ({
      ...{ id, name, since, completion: share(totals.completion), presence: share(totals.presence) },
      steps: steps.map(({ stepId, state, fulfilled, expected, lacking, dueOn, present }) => ({
        ...{ step: stepId, state, fulfilled, expected, lacking, dueOn, present },
      })),
    }))
    const { completion, presence } = one.totals
    return c.json({ today: one.today, completion, presence, organisations }, 200)
  })

  api.openapi(fulfilments, async c => {
    const entry = asKeyMay(entryOf(c))
    const { programme, step } = c.req.valid('param')
    const found = await said(c, () =>
      readTenant(c.var.services.db, entry.tenant, async trx => {
        const opened = await openProgramme(trx, entry, programme, 'run')
        return fulfilmentsOf(trx, entry.network.id, opened.programme.id, { stepId: step })
      }),
    )
    return c.json({ fulfilments: found.map(shown) }, 200)
  })

  api.openapi(put, async c => {
    const { organisation, expectation } = c.req.valid('param')
    const { doneOn, ...values } = c.req.valid('json')
    const input = { ...values, done: doneOn, organisation, expectation }
    const { expectations: kinds } = c.var.services
    const one = await writing(c, async (trx, entry, at) => {
      const id = await fulfil(trx, entry, kinds, at, input)
      return (await fulfilmentsOf(trx, entry.network.id, at.programmeId, { stepId: at.stepId })).find(
        known => known.id === id,
      )
    })
    if (!one) throw new AppError('not-found')
    return c.json(shown(one), 200)
  })

  api.openapi(remove, async c => {
    const { organisation, expectation } = c.req.valid('param')
    await writing(c, async (trx, entry, at) => {
      await openProgramme(trx, entry, at.programmeId, 'take-part')
      const id = await fulfilmentOf(trx, entry, {
        ...at,
        expectationId: expectation,
        organisationId: organisation,
      })
      if (id !== null) await takeBack(trx, entry, at, id)
    })
    return c.body(null, 204)
  })
}

/** A key of the network itself that is for managing programmes does so at every address; a personal one is its person. */
function asKeyMay(entry: Entry): Entry {
  const manages = entry.actor.accountId === null && entry.scopes?.includes('programmes:manage') === true
  return manages ? { ...entry, role: 'facilitator' } : entry
}

async function writing<T>(
  c: AppContext,
  work: (trx: Trx, entry: Entry, at: { programmeId: string; stepId: string }) => Promise<T>,
): Promise<T> {
  const entry = asKeyMay(entryOf(c))
  const at = { programmeId: c.req.param('programme') ?? '', stepId: c.req.param('step') ?? '' }
  return said(c, () => inTenant(c.var.services.db, entry.tenant, trx => work(trx, entry, at)))
}

async function said<T>(c: AppContext, work: () => Promise<T>): Promise<T> {
  return work().catch(error => {
    throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
  })
}

function share({ count, of }: Share): Share {
  return { count, of }
}

function shown(one: Awaited<ReturnType<typeof fulfilmentsOf>>[number]) {
  const { id, expectationId, organisation, person, doneOn, minutes, note, file, url, enteredBy } = one
  return {
    ...{ id, expectation: expectationId, organisation: organisation.id, person: person?.id ?? null },
    ...{ doneOn, minutes, note, file: file?.id ?? null, url, enteredBy },
  }
}

function compared(one: Compared) {
  const { programmeId, name, network, startsOn, endsOn, steps, organisations, completion, presence } = one
  return {
    ...{ programme: programmeId, name, network: network?.slug ?? null, startsOn, endsOn, steps },
    ...{ organisations, completion, presence, countedAt: one.countedAt?.toISOString() ?? null },
  }
}
