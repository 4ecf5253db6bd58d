import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { wholeBody } from '#http/body-limit.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { type OpenedMeeting, openMeeting } from '#modules/meetings/meetings.ts'
import {
  addDecision,
  decisionInput,
  decisionsOf,
  ownersFor,
  removeDecision,
} from '#modules/meetings/minutes/decisions.ts'
import { minutesState } from '#modules/meetings/minutes/minutes.ts'
import { nextChoices, nextInput, setNextMeeting } from '#modules/meetings/minutes/next-meeting.ts'
import {
  mayWriteNotes,
  mostNotes,
  notesBeginning,
  readNotes,
  saveNotes,
} from '#modules/meetings/minutes/notes.ts'
import { NotesPage } from '#modules/meetings/minutes/views/notes-page.tsx'
import { type Entry, entryOf, unlessRefused } from '#modules/network/index.ts'

/** One text for all who are in the room, what was decided, and when one meets again. */
export async function showNotes(c: AppContext): Promise<Response> {
  return answerNotes(c, {}, 200)
}

const notesForm = z.object({
  text: z.string().max(mostNotes),
  seen: z.coerce.number().int().min(0).max(2_147_483_647),
})

/** As a form, or as JSON by the script of the page: `{ text, seen }`, answered as `saveNotes` says. */
export async function postNotes(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  if (/\bjson\b/i.test(c.req.header('content-type') ?? '')) {
    refuseAnother(c, entry)
    const sent = await sentJson(c).catch(error => ({ error }))
    const saved = await inTenant(db, entry.tenant, async trx => {
      const { meeting } = await openForNotes(trx, entry, c)
      // What is wrong with it is told to those alone who may write here.
      if ('error' in sent) throw sent.error
      return saveNotes(trx, entry, meeting, sent)
    })
    return c.json(saved)
  }
  const { value, form } = await readForm(c, notesForm)
  if (!value) return answerNotes(c, { notes: form }, 422)
  const saved = await inTenant(db, entry.tenant, async trx => {
    const { meeting } = await openForNotes(trx, entry, c)
    return saveNotes(trx, entry, meeting, value)
  })
  if (!saved.conflict) return redirectDone(c, notesAddress(c), saved.merged ? 'notes-merged' : 'notes-saved')
  // Both stand in the field; what it is saved upon is what the other wrote.
  const both = formOf({ text: saved.text, seen: String(saved.revision) })
  return answerNotes(c, { notes: withError(both, 'text', c.var.i18n.t('notes.error.conflict')) }, 422)
}

/** `?since=REVISION`: the text, where it is another by now. */
export async function showNotesRevisions(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  refuseAnother(c, entry)
  const since = Number(c.req.query('since') ?? '0')
  const notes = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting } = await openForNotes(trx, entry, c)
    return readNotes(trx, entry.network.id, meeting.id)
  })
  c.header('cache-control', 'no-store')
  const { revision, by } = notes
  return c.json(notes.revision > since ? { revision, by, text: notes.text } : { revision, by })
}

export async function postDecisions(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, decisionInput)
  if (!value) return answerNotes(c, { decision: form }, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      const { meeting } = await openForNotes(trx, entry, c)
      return addDecision(trx, entry, meeting, value, c.var.services.linkOrigin)
    }),
  )
  if (result.form) return answerNotes(c, { decision: result.form }, 422)
  return redirectDone(c, notesAddress(c), 'decision-added')
}

export async function postDecisionRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value } = await readForm(c, z.object({ decision: z.string() }))
  await inTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting } = await openForNotes(trx, entry, c)
    await removeDecision(trx, entry, meeting, value?.decision ?? '')
  })
  return redirectDone(c, notesAddress(c), 'decision-removed')
}

export async function postNext(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, nextInput)
  if (!value) return answerNotes(c, { next: form }, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, async trx => {
      const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
      return setNextMeeting(trx, entry, meeting, value, c.var.services.linkOrigin)
    }),
  )
  if (result.form) return answerNotes(c, { next: result.form }, 422)
  return redirectDone(c, notesAddress(c), value.existing ? 'next-chosen' : 'next-drafted')
}

interface Forms {
  notes?: FormState
  decision?: FormState
  next?: FormState
}

async function answerNotes(c: AppContext, forms: Forms, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const opened = await openForNotes(trx, entry, c)
    const { meeting } = opened
    const notes = await readNotes(trx, network.id, meeting.id)
    return {
      opened,
      notes:
        notes.revision === 0 && notes.text === ''
          ? { ...notes, text: await notesBeginning(trx, network.id, meeting.id) }
          : notes,
      decisions: await decisionsOf(trx, network.id, meeting.id),
      owners: await ownersFor(trx, network.id, meeting),
      state: await minutesState(trx, network.id, meeting.id),
      choices: opened.mayRun ? await nextChoices(trx, entry, meeting) : [],
    }
  })
  c.header('cache-control', 'no-store')
  const account = entry.actor.accountId ?? ''
  const { opened, ...rest } = found
  return page(
    c,
    NotesPage,
    {
      network,
      meeting: opened.meeting,
      mayRun: opened.mayRun,
      account,
      forms: { ...noForms, ...forms },
      ...rest,
    },
    { status },
  )
}

const noForms = { notes: emptyForm, decision: formOf({ task: true }), next: emptyForm }

/** @throws AppError 'not-found', 'forbidden' */
async function openForNotes(trx: Trx, entry: Entry, c: AppContext): Promise<OpenedMeeting> {
  const opened = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'take-part')
  if (!mayWriteNotes(opened)) throw new AppError('forbidden')
  return opened
}

/**
 * Someone else has signed in on the device since the page was opened: what was typed on it is not theirs.
 * @throws AppError 'unauthenticated'
 */
function refuseAnother(c: AppContext, entry: Entry): void {
  const account = c.req.header('x-account')
  if (account && account !== entry.actor.accountId) throw new AppError('unauthenticated')
}

/** @throws AppError 'bad-request', 'too-large'; ZodError */
async function sentJson(c: AppContext): Promise<z.output<typeof notesForm>> {
  const text = new TextDecoder().decode(await wholeBody(c, 2 ** 20))
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (cause) {
    throw new AppError('bad-request', { cause })
  }
  return notesForm.parse(given)
}

function notesAddress(c: AppContext): string {
  const meeting = c.req.param('meeting') ?? ''
  return href('meetingNotes', { locale: c.var.locale, network: entryOf(c).network.slug, meeting })
}
