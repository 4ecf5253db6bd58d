import type { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, parseForm, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { removeBytes } from '#http/removed-bytes.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { readUploads } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { receiveAttachment } from '#modules/files/index.ts'
import { entryOf, unlessRefused } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { stepsOf, structureOf } from '#modules/programmes/programme.ts'
import { fulfilmentSection } from '#modules/programmes/progress/fulfilment-section.ts'
import { fulfil, fulfilmentInput, openForWork, takeBack } from '#modules/programmes/progress/fulfilments.ts'
import { FulfilmentPage } from '#modules/programmes/progress/views/fulfilment-page.tsx'
import type { StoredFile } from '#platform/files/files.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'
import { defaultLimits } from '#platform/files/receiving.ts'

export async function showFulfilment(c: AppContext): Promise<Response> {
  return answer(c, null, 200)
}

export async function postFulfilment(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const { value, form, file } = await read(c)
  if (!value || Object.keys(form.errors).length > 0) return answer(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => fulfil(trx, entry, kinds, placeOf(c), value, file)),
  )
  if (result.form) return answer(c, result.form, 422)
  return redirectDone(c, stepAddress(c), 'fulfilment-said')
}

export async function postFulfilmentRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const removable = await inTenant(db, entry.tenant, trx =>
    takeBack(trx, entry, placeOf(c), c.req.param('fulfilment') ?? ''),
  )
  await removeBytes(c, removable)
  return redirectDone(c, stepAddress(c), 'fulfilment-taken-back')
}

/** One button sends no files: a form as any other. With a file, whoever sends it has been let into the programme before. */
async function read(
  c: AppContext,
): Promise<{ value: z.output<typeof fulfilmentInput> | null; form: FormState; file: StoredFile | null }> {
  if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? ''))
    return { ...(await readForm(c, fulfilmentInput)), file: null }
  await limitAddress(c, 'import')
  const entry = entryOf(c)
  await readTenant(c.var.services.db, entry.tenant, trx => openForWork(trx, entry, placeOf(c).programmeId))
  let file: StoredFile | null = null
  let problem: string | null = null
  const { all } = await readUploads(
    c,
    { files: 1, bytes: defaultLimits.fileBytes + 2 ** 20 },
    async upload => {
      try {
        file = await receiveAttachment(c, entry, upload.name, upload.content)
      } catch (error) {
        if (!(error instanceof FileError)) throw error
        problem = fileProblem(c.var.i18n, error)
      }
    },
  )
  const values = Object.fromEntries(
    Object.entries(all).map(([name, given]) => [
      name,
      given.map(text => text.replace(/\r\n?/g, '\n').replaceAll('\0', '')),
    ]),
  )
  const { value, form } = parseForm(c, values, fulfilmentInput)
  return { value, file, form: problem === null ? form : withError(form, 'file', problem) }
}

async function answer(c: AppContext, sent: FormState | null, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const { programmeId, stepId } = placeOf(c)
  const asked = sent?.values.expectation?.[0] ?? c.req.query('expectation')
  const found = await readTenant(db, entry.tenant, async trx => {
    const opened = await openProgramme(trx, entry, programmeId, 'take-part')
    const step = stepsOf(await structureOf(trx, entry.network.id, programmeId)).find(
      ({ id }) => id === stepId,
    )
    if (!step) throw new AppError('not-found')
    const section = await fulfilmentSection(trx, kinds, entry, opened, step, c.var.locale)
    return { programme: opened.programme, step, section }
  })
  const { section } = found
  const expectation = section.expectations.find(({ id }) => id === asked)
  if (!expectation) throw new AppError('not-found')
  const own = section.own.map(({ organisation }) => organisation)
  const wanted = sent?.values.organisation?.[0] ?? c.req.query('organisation')
  const forOthers =
    own.length === 0 || c.req.query('others') !== undefined || !own.some(({ id }) => id === wanted)
  const organisations = forOthers && section.others.length > 0 ? section.others : own
  if (organisations.length === 0) throw new AppError('forbidden')
  const known = expectation.fulfilments.find(
    one => one.organisation.id === wanted && one.person?.id === entry.personId,
  )
  const form =
    sent ??
    formOf({
      ...{ organisation: wanted ?? '', done: known?.doneOn, note: known?.note, url: known?.url },
      minutes: known?.minutes === null || known === undefined ? null : String(known.minutes),
    })
  const { network } = entry
  return page(
    c,
    FulfilmentPage,
    { network, programme: found.programme, step: found.step, expectation, organisations, form },
    { status },
  )
}

function placeOf(c: AppContext): { programmeId: string; stepId: string } {
  return { programmeId: c.req.param('programme') ?? '', stepId: c.req.param('step') ?? '' }
}

function stepAddress(c: AppContext): string {
  const { programmeId, stepId } = placeOf(c)
  const here = { locale: c.var.locale, network: entryOf(c).network.slug }
  return href('programmeStep', { ...here, programme: programmeId, step: stepId })
}
