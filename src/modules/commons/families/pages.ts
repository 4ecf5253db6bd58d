import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { type FacetKind, writtenKinds } from '#modules/commons/facets.ts'
import { type Decided, type Draft, decide, longestLabel, undo } from '#modules/commons/families/decisions.ts'
import { familiesQueue } from '#modules/commons/families/families-job.ts'
import { familyPageOf } from '#modules/commons/families/family-view.ts'
import { filingOf } from '#modules/commons/families/filing.ts'
import {
  alikeFamilies,
  familyMeant,
  familyNames,
  familyOf,
  listFamilies,
} from '#modules/commons/families/listing.ts'
import { refusalWords } from '#modules/commons/families/refusal-words.ts'
import { findRule, pageOfRules, readRules } from '#modules/commons/families/rule-table.ts'
import { actions, isWritten, parentOf, rootOf } from '#modules/commons/families/rules.ts'
import { mostDecisions, writeRules } from '#modules/commons/families/rules-file.ts'
import { receiveRules } from '#modules/commons/families/rules-import.ts'
import { FamiliesPage } from '#modules/commons/families/views/families-page.tsx'
import { FamilyPage } from '#modules/commons/families/views/family-page.tsx'
import { tagFamily } from '#modules/commons/format/tag-family.ts'
import { entryOf, openPage } from '#modules/network/index.ts'

export function openFamilyPages(app: Hono<AppEnv>): void {
  openPage(app, 'families', { GET: showFamilies })
  openPage(app, 'familyRules', { GET: showRules })
  openPage(app, 'familyImport', { POST: postRules })
  openPage(app, 'familyUndoing', { POST: postUndoing })
  openPage(app, 'family', { GET: showFamily })
  openPage(app, 'familyDecisions', { POST: postDecision })
}

async function showFamilies(c: AppContext): Promise<Response> {
  return familiesPage(c, null)
}

/** @param imported what became of a file, or what is wrong with it */
async function familiesPage(
  c: AppContext,
  imported: Awaited<ReturnType<typeof receiveRules>> | null,
): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const { locale } = c.var
  const query = {
    kind: writtenKinds.find(kind => kind === c.req.query('kind')) ?? 'theme',
    q: (c.req.query('q') ?? '').replaceAll('\0', '').trim().slice(0, 200),
    after: c.req.query('after') ?? null,
  }
  return readTenant(c.var.services.db, tenant, async trx => {
    const rules = await readRules(trx, network.id)
    const found = await listFamilies(trx, network.id, query)
    const keys = found.families.map(({ key }) => key)
    const alike = await alikeFamilies(trx, network.id, query.kind, keys, rules)
    const parents = new Map(
      keys.flatMap((key): [string, string][] => {
        const parent = parentOf(rules, query.kind, key)
        return parent === null ? [] : [[key, parent]]
      }),
    )
    const others = [...new Set([...parents.values(), ...alike.map(({ other }) => other)])]
    return page(
      c,
      FamiliesPage,
      {
        network,
        query,
        ...found,
        alike,
        parents,
        names: await familyNames(trx, network.id, query.kind, others, locale),
        filing: await filingOf(trx, network.id),
        imported,
      },
      { status: imported && !('decided' in imported) ? 422 : 200 },
    )
  })
}

async function showFamily(c: AppContext): Promise<Response> {
  return familyPage(c, null, emptyForm)
}

/** @param action of the form that comes back */
async function familyPage(c: AppContext, action: Draft['action'] | null, form: FormState): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const { kind, key } = named(c)
  const into = (c.req.query('into') ?? '').slice(0, 200)
  return readTenant(c.var.services.db, tenant, async trx => {
    const rules = await readRules(trx, network.id)
    const root = rootOf(rules, kind, key)
    // Whoever comes by the key of a family that was merged is led on.
    if (root !== key && action === null) return c.redirect(addressOf(c, kind, root), 302)
    const found = await familyPageOf(trx, network.id, rules, { kind, key: root }, c.var.locale)
    if (!found) throw new AppError('not-found')
    const proposed = into === '' ? null : (found.names.get(into)?.label ?? into)
    const forms = {
      merge: formOf({ into: proposed, intoKey: into, proposed }),
      parent: formOf({ into: found.parents[0] ? found.names.get(found.parents[0])?.label : '' }),
      name: formOf(
        Object.fromEntries(locales.map(locale => [`label_${locale}`, found.family.labels?.[locale] ?? ''])),
      ),
      ...(action && { [action]: form }),
    }
    return page(
      c,
      FamilyPage,
      { network, kind, ...found, forms, problem: form.errors[''] ?? null },
      { status: Object.keys(form.errors).length > 0 ? 422 : 200 },
    )
  })
}

const label = z.string().trim().max(longestLabel).default('')

const decisionInput = z.object({
  action: z.enum(actions),
  into: z.string().trim().max(200).default(''),
  // The very family that was proposed, whatever others are called, as long as the words still are those of the proposal.
  intoKey: z.string().max(200).default(''),
  proposed: z.string().trim().max(200).default(''),
  written: z.string().max(500).default(''),
  hidden: z.enum(['yes', 'no']).optional(),
  label_fr: label,
  label_en: label,
  label_es: label,
  label_pt: label,
})

async function postDecision(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { kind, key } = named(c)
  const { value, form } = await readForm(c, decisionInput)
  if (!value) return familyPage(c, actions.find(one => one === form.values.action?.[0]) ?? null, form)
  const { action } = value
  const field = action === 'name' ? 'label_fr' : action === 'merge' || action === 'parent' ? 'into' : ''
  const { t } = c.var.i18n
  const typed = value.into || value.intoKey
  const outcome = await inTenant(c.var.services.db, tenant, async trx => {
    const rules = await readRules(trx, network.id)
    const isProposed = value.intoKey !== '' && value.into === value.proposed
    if (value.into === '' && !isProposed && action === 'merge') return 'into'
    const meant = isProposed
      ? await familyOf(trx, network.id, kind, value.intoKey, rules)
      : await familyMeant(trx, network.id, kind, value.into, rules)
    if ((value.into !== '' || isProposed) && meant === null && action !== 'parent') return 'unknown'
    const drafts = draftsOf(kind, key, value, meant, c.var.locale)
    return decide(trx, entry, drafts)
  })
  if (typeof outcome === 'string')
    return familyPage(c, action, withError(form, field, t(refusalWords[outcome], { typed })))
  const [refused] = outcome.refused
  if (refused)
    return familyPage(c, action, withError(form, field, t(refusalWords[refused.refusal], { typed })))
  await wake(c, outcome)
  const merged = outcome.taken.find(one => one.action === 'merge')
  return redirectDone(
    c,
    addressOf(c, kind, merged?.intoKey ?? key),
    outcome.waiting ? 'families-waiting' : 'families-decided',
  )
}

/** A family above that nobody writes is made by naming it. */
function draftsOf(
  kind: FacetKind,
  key: string,
  value: z.output<typeof decisionInput>,
  meant: string | null,
  locale: (typeof locales)[number],
): Draft[] {
  const { action } = value
  if (action === 'parent' && meant === null && value.into !== '') {
    const made = tagFamily(value.into)
    return [
      { kind, action: 'name', key: made, labels: { [locale]: value.into } },
      { kind, action, key, intoKey: made },
    ]
  }
  const labels = Object.fromEntries(
    locales.flatMap(one => (value[`label_${one}`] === '' ? [] : [[one, value[`label_${one}`]]])),
  )
  return [
    {
      kind,
      action,
      key,
      intoKey: meant,
      written: value.written || null,
      hidden: action === 'hidden' ? value.hidden !== 'no' : null,
      labels: action === 'name' ? labels : null,
    },
  ]
}

async function postUndoing(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const id = c.req.param('decision') ?? ''
  if (!isId(id)) throw new AppError('not-found')
  const { db } = c.var.services
  const rule = await readTenant(db, tenant, trx => findRule(trx, network.id, id))
  if (!rule) throw new AppError('not-found')
  const result = await inTenant(db, tenant, trx => undo(trx, entry, id))
  if (result.refusal) throw new AppError('conflict')
  await wake(c, result)
  return redirectDone(
    c,
    addressOf(c, rule.kind, rule.key),
    result.waiting ? 'families-waiting' : 'families-undone',
  )
}

/** The decisions that count, as a file that another network can take in. */
async function showRules(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  const { network, tenant } = entryOf(c)
  const { db } = c.var.services
  const pieces: string[] = []
  for (let after = 0, more = true; more; ) {
    const from = after
    const rules = await readTenant(db, tenant, trx => pageOfRules(trx, network.id, from, mostDecisions))
    pieces.push(writeRules(rules, { head: from === 0 }))
    after = rules.at(-1)?.number ?? after
    more = rules.length === mostDecisions
  }
  return c.body(pieces.join(''), 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${network.slug}-families.csv"`,
    'cache-control': 'no-store',
  })
}

async function postRules(c: AppContext): Promise<Response> {
  await limitAddress(c, 'import')
  const received = await receiveRules(c)
  if ('decided' in received) await wake(c, received.decided)
  return familiesPage(c, received)
}

/** What is too much for a page is done behind it. */
async function wake(c: AppContext, { waiting }: Pick<Decided, 'waiting'>): Promise<void> {
  if (waiting) await c.var.services.jobs.send(familiesQueue, { networkId: entryOf(c).network.id })
}

function named(c: AppContext): { kind: FacetKind; key: string } {
  const kind = c.req.param('kind') ?? ''
  const key = c.req.param('family') ?? ''
  if (!isWritten(kind) || key === '' || key.length > 200 || key.includes('\0'))
    throw new AppError('not-found')
  return { kind, key }
}

function addressOf(c: AppContext, kind: FacetKind, key: string): string {
  return href('family', { locale: c.var.locale, network: entryOf(c).network.slug, kind, family: key })
}
