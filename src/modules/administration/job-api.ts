import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { idParameter, json, limit, networkParameter, tag } from '#modules/administration/api-schema.ts'
import { actOnJob } from '#modules/administration/jobs.ts'
import { readablePayload } from '#modules/administration/payload.ts'
import { administeredIn } from '#modules/administration/scope.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import { findJob, type JobRecord, jobStates, listJobs } from '#platform/jobs/listing.ts'

const jobSchema = z
  .object({
    id: z.uuid(),
    queue: z.string().openapi({ example: 'commons.import' }),
    state: z
      .enum(jobStates)
      .openapi({ description: '`retry` waits for another try; `failed` has had them all' }),
    tries: z.number().int(),
    mostTries: z.number().int(),
    createdAt: z.iso.datetime(),
    dueAt: z.iso.datetime().openapi({ description: 'Not before' }),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
    progress: z.object({ done: z.number(), total: z.number().nullable() }).nullable(),
    failure: z.string().nullable().openapi({ description: 'Why the last try failed, in English' }),
  })
  .openapi('Job')

const wholeJobSchema = jobSchema
  .extend({
    payload: z.record(z.string(), z.string().nullable()).openapi({ description: 'What it was sent with' }),
  })
  .openapi('WholeJob')

const getJobs = apiRoute('jobs:manage', {
  tags: tag,
  method: 'get',
  path: '/networks/{network}/jobs',
  summary: 'The jobs of the network, newest first',
  request: {
    params: networkParameter,
    query: z.object({
      state: z.enum(jobStates).optional(),
      queue: z.string().max(80).optional(),
      after: z.string().max(300).optional().openapi({ description: '`next` of the page before' }),
      limit,
    }),
  },
  responses: {
    200: json(z.object({ jobs: z.array(jobSchema), next: z.string().nullable() }), 'A page of jobs'),
    ...problemResponses(422),
  },
})

const getJob = apiRoute('jobs:manage', {
  tags: tag,
  method: 'get',
  path: '/networks/{network}/jobs/{id}',
  summary: 'A job and what it was sent with',
  request: { params: idParameter },
  responses: { 200: json(wholeJobSchema, 'The job') },
})

const postRetry = apiRoute('jobs:manage', {
  tags: tag,
  method: 'post',
  path: '/networks/{network}/jobs/{id}/retry',
  summary: 'Do a job again that failed or was cancelled',
  description:
    'At once, and once more than it could. A job in another state stays as it is: the answer shows it.',
  request: { params: idParameter },
  responses: { 200: json(wholeJobSchema, 'The job as it is now') },
})

const postCancellation = apiRoute('jobs:manage', {
  tags: tag,
  method: 'post',
  path: '/networks/{network}/jobs/{id}/cancellation',
  summary: 'End a job that waits or is under way',
  description:
    'What it has done until then stays done. A job that has ended stays as it is: the answer shows it.',
  request: { params: idParameter },
  responses: { 200: json(wholeJobSchema, 'The job as it is now') },
})

export function jobApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(getJobs, async c => {
    const { network } = entryOf(c)
    const { state, queue, after, limit } = c.req.valid('query')
    const { jobs, next } = await listJobs(
      c.var.services.db,
      {
        scope: { networkId: network.id },
        ...(state && { state }),
        ...(queue && { queue }),
        ...(after && { cursor: after }),
      },
      limit,
    )
    return c.json({ jobs: jobs.map(told), next }, 200)
  })

  api.openapi(getJob, async c => {
    const { network } = entryOf(c)
    return c.json(await wholeJob(c.var.services.db, network.id, c.req.param('id')), 200)
  })

  for (const [route, what] of [
    [postRetry, 'retry'],
    [postCancellation, 'cancellation'],
  ] as const) {
    api.openapi(route, async c => {
      const entry = entryOf(c)
      const { db } = c.var.services
      await actOnJob(db, administeredIn(entry), c.req.param('id'), what)
      return c.json(await wholeJob(db, entry.network.id, c.req.param('id')), 200)
    })
  }
}

async function wholeJob(db: Parameters<typeof findJob>[0], networkId: string, id: string) {
  const job = await findJob(db, { networkId }, id)
  if (!job) throw new AppError('not-found')
  const payload = Object.fromEntries(readablePayload(job, 'network').map(({ name, value }) => [name, value]))
  return { ...told(job), payload }
}

function told(job: JobRecord): z.output<typeof jobSchema> {
  const { id, queue, state, tries, mostTries, progress, failure } = job
  return {
    id,
    queue,
    state,
    tries,
    mostTries,
    createdAt: job.createdAt.toISOString(),
    dueAt: job.dueAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    endedAt: job.endedAt?.toISOString() ?? null,
    progress: progress && { done: progress.done, total: progress.total },
    failure,
  }
}
