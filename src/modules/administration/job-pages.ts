import { z } from 'zod'
import type { Db } from '#db/database.ts'
import type { AppContext } from '#http/context.ts'
import { redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import { actOnJob, isMoving } from '#modules/administration/jobs.ts'
import { readablePayload } from '#modules/administration/payload.ts'
import { addressesOf, administeredBy } from '#modules/administration/scope.ts'
import { JobPage } from '#modules/administration/views/job-page.tsx'
import { JobsPage } from '#modules/administration/views/jobs-page.tsx'
import { findJob, type JobRecord, jobStates, listJobs, queueCounts } from '#platform/jobs/listing.ts'

const pageSize = 50

/** What one narrows the list by; what is not understood is left out. */
const jobQuery = z.object({
  state: z.enum(jobStates).optional().catch(undefined),
  queue: z
    .string()
    .regex(/^[a-z0-9.-]{1,80}$/)
    .optional()
    .catch(undefined),
  after: z.string().max(300).optional(),
})
export type JobQuery = z.infer<typeof jobQuery>

export async function showJobs(c: AppContext): Promise<Response> {
  const { network, jobScope: scope, timeZone } = administeredBy(c)
  const { db } = c.var.services
  const query = jobQuery.parse(c.req.query())
  const { state, queue, after: cursor } = query
  const filter = { scope, ...(state && { state }), ...(queue && { queue }), ...(cursor && { cursor }) }
  const { jobs, next } = await listJobs(db, filter, pageSize)
  const counts = await queueCounts(db, scope)
  const networks = await slugsOf(db, network ? [] : jobs)
  return page(c, JobsPage, { network, timeZone, query, jobs, next, counts, networks, now: new Date() })
}

export async function showJob(c: AppContext): Promise<Response> {
  const { network, jobScope, timeZone } = administeredBy(c)
  const { db } = c.var.services
  const job = await findJob(db, jobScope, c.req.param('id') ?? '')
  if (!job) throw new AppError('not-found')
  const networks = await slugsOf(db, network ? [] : [job])
  return page(c, JobPage, {
    network,
    timeZone,
    job,
    payload: readablePayload(job, network ? 'network' : 'platform'),
    of: job.networkId === null ? null : (networks.get(job.networkId) ?? null),
    moving: isMoving(job),
    still: c.req.query('still') !== undefined,
    now: new Date(),
  })
}

export async function postJobRetry(c: AppContext): Promise<Response> {
  return act(c, 'retry')
}

export async function postJobCancellation(c: AppContext): Promise<Response> {
  return act(c, 'cancellation')
}

/** What has come to its end in the meantime is shown as it is. */
async function act(c: AppContext, what: 'retry' | 'cancellation'): Promise<Response> {
  const administered = administeredBy(c)
  const id = c.req.param('id') ?? ''
  const done = await actOnJob(c.var.services.db, administered, id, what)
  const address = addressesOf(administered.network, c.var.locale).job(id)
  return redirectDone(c, address, done ? (what === 'retry' ? 'job-retried' : 'job-cancelled') : undefined)
}

/** The networks that jobs are of, as those know them who run the installation. */
async function slugsOf(db: Db, jobs: JobRecord[]): Promise<Map<string, string>> {
  const ids = [...new Set(jobs.flatMap(({ networkId }) => networkId ?? []))]
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('network').select(['id', 'slug']).where('id', 'in', ids).execute()
  return new Map(rows.map(({ id, slug }) => [id, slug]))
}
