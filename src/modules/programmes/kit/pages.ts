import type { Hono } from 'hono'
import { inTenant, readTenant } from '#db/tenant.ts'
import { contentDisposition } from '#http/content-disposition.ts'
import { type AppContext, type AppEnv, originOf } from '#http/context.ts'
import { readForm } from '#http/form.ts'
import { keptFor, rememberKept } from '#http/kept-pages.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf, inWords, openPage, Refusal } from '#modules/network/index.ts'
import { marksOf, openKit } from '#modules/programmes/kit/kit.ts'
import { fulfilFromPhone, phoneInput } from '#modules/programmes/kit/phone-entry.ts'
import { KeptPagesPage } from '#modules/programmes/kit/views/kept-pages-page.tsx'
import { KitFile } from '#modules/programmes/kit/views/kit-file.tsx'
import { KitPage } from '#modules/programmes/kit/views/kit-page.tsx'
import { copyWords, pageNames } from '#modules/programmes/kit/views/words.ts'

export function openKitPages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeKit', { GET: showKit })
  openPage(app, 'programmeKitContents', { GET: showContents })
  openPage(app, 'programmeKitExport', { GET: exportKit })
  openPage(app, 'programmeKitFulfilments', { POST: postFulfilment })
  openPage(app, 'keptPages', { GET: showKeptPages })
}

async function showKit(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  return page(c, KitPage, { network, kit: await read(c) })
}

/** The page that is shown for all that is not kept: it says nothing of anyone, and lists what this browser has. */
async function showKeptPages(c: AppContext): Promise<Response> {
  return page(c, KeptPagesPage, { network: entryOf(c).network })
}

/** What the script of the page packs, and in which words it speaks; the browser is told whose it is. */
async function showContents(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { i18n, locale, services } = c.var
  const kit = await read(c)
  if (!kit.next) throw new AppError('not-found')
  const { programme, next } = kit
  const marks = await readTenant(services.db, entry.tenant, trx =>
    marksOf(trx, entry, programme.id, next.step.id),
  )
  const here = { locale, network: entry.network.slug }
  rememberKept(c)
  return c.json({
    // Of a step that was asked for it is another kit, kept beside that of the next one.
    url: kit.pages.find(({ kind }) => kind === 'kit')?.url ?? '',
    name: `${programme.name} · ${next.step.title}`,
    step: next.step.id,
    owner: keptFor(c),
    send: href('programmeKitFulfilments', { ...here, programme: programme.id }),
    // Without a slash at its end, for the home of the network too.
    scope: `/${locale}/${entry.network.slug}`,
    offline: href('keptPages', here),
    pages: kit.pages.map(({ kind, title, url }) => ({ url, title: i18n.t(pageNames[kind], { title }) })),
    expectations: Object.fromEntries(next.step.expectations.map(({ id, title }) => [id, title])),
    organisations: kit.own.map(({ id }) => id),
    marks,
    banner: {
      // The day is put in by the browser, by its own clock.
      text: i18n.t('kit.copy', { at: '{at}' }),
      script: services.assets.url('kept.js'),
      wake: services.assets.url('wake.js'),
      words: copyWords(i18n),
    },
  })
}

/** The next step whole, in one file that opens anywhere. */
async function exportKit(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  if (c.req.param('file') !== 'step.html') throw new AppError('not-found')
  const { network } = entryOf(c)
  const kit = await read(c)
  if (!kit.next) throw new AppError('not-found')
  c.header(
    'content-disposition',
    contentDisposition('attachment', `${network.slug}-${kit.next.step.dueOn}.html`),
  )
  c.header('cache-control', 'no-store')
  c.header('x-robots-tag', 'noindex')
  return page(c, KitFile, { network, kit })
}

/** Sent by the script of a copy, once the connection is back; the answer is for it. */
async function postFulfilment(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const { i18n } = c.var
  const { value, form } = await readForm(c, phoneInput)
  if (!value) {
    const fields = Object.entries(form.errors).map(([field, message]) => ({ field, message }))
    throw new AppError('invalid-input', { fields })
  }
  // Typed by somebody else on the same phone: nobody says it in their place.
  if (value.owner !== keptFor(c)) throw new AppError('forbidden')
  try {
    const result = await inTenant(db, entry.tenant, trx =>
      fulfilFromPhone(trx, entry, kinds, c.req.param('programme') ?? '', value),
    )
    if (result.outcome === 'done') return c.json({ outcome: 'done' })
    const { doneOn, minutes } = result.known
    const said = i18n.t('kit.conflict', { day: i18n.day(doneOn), minutes: minutes ?? 0 })
    return c.json({ outcome: 'conflict', said, seen: result.seen })
  } catch (error) {
    throw error instanceof Refusal ? inWords(i18n, error) : error
  }
}

function read(c: AppContext) {
  const entry = entryOf(c)
  const { db, expectations: kinds, linkOrigin } = c.var.services
  const origins = [originOf(c), linkOrigin]
  return readTenant(db, entry.tenant, trx =>
    openKit(trx, entry, kinds, c.req.param('programme') ?? '', {
      ...{ locale: c.var.locale, origins, asked: c.req.query('step') ?? '' },
    }),
  )
}
