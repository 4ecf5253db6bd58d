import type { Hono } from 'hono'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import {
  answerIntroduction,
  askToMeet,
  stepIntroduction,
  withdrawIntroduction,
} from '#modules/afterworks/introducing.ts'
import {
  agreedIntroductions,
  jointProjects,
  listIntroductions,
  openIntroduction,
  personToMeet,
  stagesReached,
} from '#modules/afterworks/introductions.ts'
import { introductionInput, stages, stepInput } from '#modules/afterworks/schema.ts'
import { openSeries, type Series } from '#modules/afterworks/series.ts'
import { tellAgreed, tellAsked } from '#modules/afterworks/telling.ts'
import { AgreedPage } from '#modules/afterworks/views/agreed-page.tsx'
import { AskPage } from '#modules/afterworks/views/ask-page.tsx'
import { IntroductionPage } from '#modules/afterworks/views/introduction-page.tsx'
import { IntroductionsPage } from '#modules/afterworks/views/introductions-page.tsx'
import { JointProjectsPage } from '#modules/afterworks/views/joint-projects-page.tsx'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'
import { threadOf } from '#modules/threads/index.ts'

export function openIntroductionPages(app: Hono<AppEnv>): void {
  openPage(app, 'introductions', { GET: showIntroductions, POST: postIntroduction })
  openPage(app, 'newIntroduction', { GET: showAsk })
  openPage(app, 'agreedIntroductions', { GET: showAgreed })
  openPage(app, 'jointProjects', { GET: showProjects })
  openPage(app, 'introduction', { GET: c => answer(c) })
  openPage(app, 'introductionAnswer', { POST: postAnswer })
  openPage(app, 'introductionWithdrawal', { POST: postWithdrawal })
  openPage(app, 'introductionSteps', { POST: postStep })
}

async function showIntroductions(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, personId } = entry
  const found = await readTenant(c.var.services.db, tenant, trx =>
    listIntroductions(trx, entry, { after: c.req.query('after') ?? null }),
  )
  return page(c, IntroductionsPage, { network, personId, ...found })
}

async function showAgreed(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const stage = stages.find(one => one === c.req.query('stage')) ?? null
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const series = await seriesIn(trx, c)
    const query = { stage, series: series?.id ?? null, after: c.req.query('after') ?? null }
    return {
      series,
      reached: await stagesReached(trx, entry, query.series),
      ...(await agreedIntroductions(trx, entry, query)),
    }
  })
  return page(c, AgreedPage, { network: entry.network, stage, ...found })
}

async function showProjects(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const series = await seriesIn(trx, c)
    return { series, projects: await jointProjects(trx, entry, series?.id ?? null) }
  })
  return page(c, JointProjectsPage, { network: entry.network, ...found })
}

/** `?series=`: only what came of its editions, as its counters count it. */
async function seriesIn(trx: Trx, c: AppContext): Promise<Pick<Series, 'id' | 'slug' | 'name'> | null> {
  const slug = c.req.query('series')
  return slug === undefined ? null : openSeries(trx, entryOf(c), slug)
}

async function showAsk(c: AppContext): Promise<Response> {
  const meeting = c.req.query('meeting') ?? ''
  return answerAsk(c, c.req.query('person') ?? '', formOf({ meetingId: isId(meeting) ? meeting : null }))
}

async function answerAsk(c: AppContext, personId: string, form: FormState): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const person = await readTenant(c.var.services.db, tenant, trx => personToMeet(trx, entry, personId))
  if (!person) throw new AppError('not-found')
  return page(
    c,
    AskPage,
    { network, person, form },
    { status: Object.keys(form.errors).length === 0 ? 200 : 422 },
  )
}

async function postIntroduction(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, introductionInput)
  const asked = form.values.personId?.[0] ?? ''
  if (!value) return answerAsk(c, asked, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, async trx => {
      const { id, agreed, known } = await askToMeet(trx, entry, value)
      if (!known) await tellAsked(trx, entry, id, linkOrigin)
      else if (known === 'crossed') await tellAgreed(trx, entry, id, linkOrigin)
      return { id, agreed }
    }),
  )
  if (result.form) return answerAsk(c, asked, result.form)
  const { id, agreed } = result.done
  return redirectDone(c, addressOf(c, id), agreed ? 'introduction-agreed' : 'introduction-asked')
}

async function answer(c: AppContext, form?: FormState): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const id = c.req.param('introduction') ?? ''
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const opened = await openIntroduction(trx, entry, id)
    const speak = opened.side !== null && ['agreed', 'closed'].includes(opened.introduction.state)
    return { ...opened, thread: speak ? await threadOf(c, trx, { type: 'introduction', id }) : null }
  })
  return page(c, IntroductionPage, { network, ...found, form }, { status: form ? 422 : 200 })
}

const answerForm = z.object({ agreed: z.enum(['yes', 'no']) })

async function postAnswer(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const id = c.req.param('introduction') ?? ''
  const { value, form } = await readForm(c, answerForm)
  if (!value) throw new AppError('bad-request')
  const agreed = value.agreed === 'yes'
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, async trx => {
      await answerIntroduction(trx, entry, id, agreed)
      if (agreed) await tellAgreed(trx, entry, id, linkOrigin)
    }),
  )
  if (result.form) return answer(c, result.form)
  return redirectDone(c, addressOf(c, id), agreed ? 'introduction-agreed' : 'introduction-declined')
}

async function postWithdrawal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const id = c.req.param('introduction') ?? ''
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, entry.tenant, trx => withdrawIntroduction(trx, entry, id)),
  )
  if (result.form) return answer(c, result.form)
  return redirectDone(c, addressOf(c, id), 'introduction-withdrawn')
}

async function postStep(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const id = c.req.param('introduction') ?? ''
  const { value, form } = await readForm(c, stepInput)
  if (!value) return answer(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => stepIntroduction(trx, entry, id, value)),
  )
  if (result.form) return answer(c, result.form)
  return redirectDone(c, addressOf(c, id), 'introduction-stepped')
}

function addressOf(c: AppContext, introduction: string): string {
  return href('introduction', { locale: c.var.locale, network: entryOf(c).network.slug, introduction })
}
