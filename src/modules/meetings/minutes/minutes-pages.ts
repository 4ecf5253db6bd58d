import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import { contentDisposition } from '#http/content-disposition.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { blocksOfMarkdown, letterheadOf, pdfResponse } from '#modules/meetings/attendance/pdf-response.ts'
import { localTime } from '#modules/meetings/local-time.ts'
import { type Meeting, openMeeting } from '#modules/meetings/meetings.ts'
import {
  draftMinutes,
  minutesState,
  mostMinutes,
  publishMinutes,
  readMinutes,
  saveDraft,
} from '#modules/meetings/minutes/minutes.ts'
import { tellOfMinutes } from '#modules/meetings/minutes/telling.ts'
import { MinutesDraftPage } from '#modules/meetings/minutes/views/minutes-draft-page.tsx'
import { MinutesPage } from '#modules/meetings/minutes/views/minutes-page.tsx'
import { entryOf, unlessRefused } from '#modules/network/index.ts'

/** The minutes as published, or one of their versions; those who run the meeting are led on to writing them. */
export async function showMinutes(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting, mayRun } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'read')
    const minutes = await readMinutes(trx, entry, meeting.id, versionOf(c))
    return { meeting, mayRun, minutes, state: await minutesState(trx, network.id, meeting.id) }
  })
  const { minutes, mayRun } = found
  // To those who do not write them, minutes not yet there are not there.
  if (!minutes && (!mayRun || c.req.query('version') !== undefined)) throw new AppError('not-found')
  return page(c, MinutesPage, { network, inside: entry.role !== 'visitor', ...found })
}

export async function exportMinutes(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  const file = (['minutes.pdf', 'minutes.md'] as const).find(name => name === c.req.param('file'))
  if (!file) throw new AppError('not-found')
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { i18n } = c.var
  const { meeting, minutes, letterhead } = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'read')
    const minutes = await readMinutes(trx, entry, meeting.id, versionOf(c))
    if (!minutes) throw new AppError('not-found')
    return { meeting, minutes, letterhead: await letterheadOf(trx, network, i18n) }
  })
  const { day } = localTime(meeting.startsAt, meeting.timeZone)
  const name = `${network.slug}-${day}-${file}`
  if (file === 'minutes.md')
    return c.body(`# ${meeting.title}\n\n${heldLine(c, meeting)}\n\n${minutes.text.trim()}\n`, 200, {
      'content-type': 'text/markdown; charset=utf-8',
      'content-disposition': contentDisposition('attachment', name),
      'x-robots-tag': 'noindex',
    })
  const { t } = i18n
  const manuscript = {
    ...letterhead,
    title: meeting.title,
    kicker: t('minutes.name'),
    lede: heldLine(c, meeting),
    date: day,
    language: meeting.language,
    facts: [],
    imprint: [
      [
        {
          text: t('minutes.version', {
            version: minutes.version,
            day: i18n.day(minutes.publishedAt, network.timeZone),
          }),
        },
      ],
    ],
    footer: t('minutes.footer', { publisher: letterhead.publisher, version: minutes.version }),
    blocks: blocksOfMarkdown(c, minutes.text),
  }
  return pdfResponse(c, manuscript, name)
}

const draftForm = z.object({
  text: z.string().trim().max(mostMinutes),
  seen: z.coerce.number().int().min(0).max(2_147_483_647),
  public: z.literal('on').optional(),
  /** The button that also publishes. */
  publish: z.literal('yes').optional(),
})

/** Begins with what notes, decisions and attendance say; `?again` to begin with them once more. */
export async function showMinutesDraft(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { meeting, state, text } = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    const state = await minutesState(trx, network.id, meeting.id)
    const fresh = state.draft.trim() === '' || c.req.query('again') !== undefined
    return {
      meeting,
      state,
      text: fresh ? await draftMinutes(trx, network.id, meeting, c.var.i18n) : state.draft,
    }
  })
  const form = formOf({ text, seen: String(state.revision), public: state.isPublic })
  return page(c, MinutesDraftPage, { network, meeting, state, form })
}

export async function postMinutesDraft(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, draftForm)
  if (!value) return answerDraft(c, form)
  const { db, linkOrigin } = c.var.services
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, async trx => {
      const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
      const isPublic = value.public === 'on'
      await saveDraft(trx, entry.network.id, meeting, { text: value.text, seen: value.seen, isPublic })
      if (value.publish !== 'yes') return 'minutes-saved' as const
      return publishAndTell(trx, meeting, isPublic && meeting.visibility === 'public')
    }),
  )
  if (result.form) return answerDraft(c, result.form)
  if (result.done !== 'minutes-saved') return redirectDone(c, minutesAddressOf(c), result.done)
  const here = { locale: c.var.locale, network: entry.network.slug, meeting: c.req.param('meeting') ?? '' }
  return redirectDone(c, href('meetingMinutesDraft', here), result.done)

  async function publishAndTell(
    trx: Parameters<typeof publishMinutes>[0],
    meeting: Meeting,
    isPublic: boolean,
  ): Promise<'minutes-published' | 'minutes-corrected'> {
    const { first } = await publishMinutes(trx, entry, meeting)
    if (first) await tellOfMinutes(trx, entry, meeting, { isPublic, linkOrigin })
    return first ? 'minutes-published' : 'minutes-corrected'
  }
}

async function answerDraft(c: AppContext, form: FormState): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { meeting, state } = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    return { meeting, state: await minutesState(trx, network.id, meeting.id) }
  })
  // What was typed comes back; what it is saved upon is what stands there now, shown beside it.
  const shown = form.values.text ? form : { ...form, values: formOf({ text: state.draft }).values }
  const again = { ...shown, values: { ...shown.values, seen: [String(state.revision)] } }
  return page(c, MinutesDraftPage, { network, meeting, state, form: again }, { status: 422 })
}

function heldLine({ var: { i18n } }: AppContext, { startsAt, timeZone, place }: Meeting): string {
  return [i18n.moment(startsAt, timeZone), place].filter(Boolean).join(' · ')
}

function versionOf(c: AppContext): number | undefined {
  const version = Number(c.req.query('version'))
  return Number.isSafeInteger(version) && version > 0 && version < 100_000 ? version : undefined
}

function minutesAddressOf(c: AppContext): string {
  const here = { locale: c.var.locale, network: entryOf(c).network.slug }
  return href('meetingMinutes', { ...here, meeting: c.req.param('meeting') ?? '' })
}
