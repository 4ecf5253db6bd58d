import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { groupChoices, groupPeople } from '#modules/groups/index.ts'
import { entryOf, unlessRefused } from '#modules/network/index.ts'
import { countriesIn, countryOf } from '#modules/programmes/course/country.ts'
import { makeProgramme } from '#modules/programmes/course/making.ts'
import { todayOf } from '#modules/programmes/course/moving.ts'
import { layPreview, type Preview, previewProgramme } from '#modules/programmes/course/previewing.ts'
import { type Making, makingForm } from '#modules/programmes/course/schema.ts'
import { MakingPage } from '#modules/programmes/course/views/making-page.tsx'
import { calendarOf } from '#modules/programmes/planning/calendar.ts'
import { addDays } from '#modules/programmes/planning/days.ts'
import { holidaySubdivisions } from '#modules/programmes/planning/holidays.ts'
import { templateChoices } from '#modules/programmes/templates/index.ts'

const lists = ['closureFrom', 'closureUntil', 'closureName']
/** Fields that each step has. */
const ofSteps = /^(?:opens|day|time|shown|begun|asked)\./

export async function newProgramme(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const given = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const groups = await groupChoices(trx, entry)
    const wanted = c.req.query('group') ?? ''
    const group = groups.find(({ id, slug }) => wanted === id || wanted === slug) ?? groups[0]
    const templates = await templateChoices(trx, network.id)
    const key = c.req.query('template')
    const template = templates.find(one => one.key === key) ?? templates[0]
    return { group, template, country: await countryOf(trx, network) }
  })
  const { group, template, country } = given
  return makingPage(
    c,
    formOf({
      id: newId(),
      group: group?.id,
      template: template?.key,
      startsOn: calendarOf({ country, closures: [] }).nextWorkday(addDays(todayOf(network), 14)),
      country,
      language: network.locale,
      timeZone: network.timeZone,
      announce: 'now',
    }),
    null,
    '',
  )
}

/** Shows the whole plan first, as often as wished, and makes it when it was seen: nothing else than what was shown. */
export async function postProgramme(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { i18n } = c.var
  const { value: sent, form: read } = await readForm(c, makingForm, lists)
  if (!sent) return makingPage(c, read, null, read.values.ground?.[0] ?? '')
  const ground = groundOf(sent.value)
  const value = { ...sent.value, corrections: standing(sent.value, sent.ground, ground) }
  const form = { ...read, values: standingFields(read.values, sent.ground, ground) }
  if (sent.wrong.length > 0) {
    return refused(
      c,
      sent.wrong.reduce((all, { field, message }) => withError(all, field, i18n.t(message)), form),
      value,
    )
  }
  const result = await unlessRefused(i18n, form, () =>
    readTenant(db, entry.tenant, trx => previewProgramme(trx, entry, value)),
  )
  if (result.form) return refused(c, result.form, value)
  const seen = sent.ground === ground && wasShown(result.done, sent.shown)
  if (sent.step === 'make' && seen) {
    const made = await unlessRefused(i18n, form, () =>
      inTenant(db, entry.tenant, trx => makeProgramme(trx, entry, value, linkOrigin)),
    )
    if (made.form) return refused(c, made.form, value)
    const here = { locale: c.var.locale, network: entry.network.slug, programme: made.done }
    return redirectDone(c, href('programme', here), 'programme-made')
  }
  const shown = withPlan(form, result.done, value)
  return makingPage(
    c,
    sent.step === 'make' ? withError(shown, '', i18n.t('programme.error.not-as-shown')) : shown,
    result.done,
    groundOf({ ...value, closures: result.done.plan.closures }),
  )
}

/** With all that was typed, and what can be laid out of it. */
async function refused(c: AppContext, form: FormState, value: Making): Promise<Response> {
  const steps = Object.keys(form.errors).flatMap(name => /^(?:day|time)\.(.+)$/.exec(name)?.[1] ?? [])
  const preview = await whatCanBe(c, value, steps)
  const closures = value.closures ?? preview?.plan.closures ?? null
  const values = preview && value.closures === null ? withClosures(form.values, preview) : form.values
  return makingPage(c, { ...form, values }, preview, groundOf({ ...value, closures }))
}

/** What was wrong with single steps is shown beside them; null where the plan itself cannot be. */
async function whatCanBe(c: AppContext, value: Making, without: string[]): Promise<Preview | null> {
  const entry = entryOf(c)
  const others = Object.entries(value.corrections).filter(([key]) => !without.includes(key))
  for (const corrections of [Object.fromEntries(others), {}]) {
    const laid = await unlessRefused(c.var.i18n, emptyForm, () =>
      readTenant(c.var.services.db, entry.tenant, trx => layPreview(trx, entry, { ...value, corrections })),
    )
    if (laid.done) return laid.done
  }
  return null
}

/** What the days of a plan hang on, and after the bars where they may not be and its hours, in a few words. */
function groundOf({ template, startsOn, country, subdivision, closures, begins }: Making): string {
  const closed = (closures ?? []).map(({ from, until }) => `${from}/${until}`)
  const barred = [country ?? '', subdivision ?? '', ...closed].join(' ')
  return `${template} ${startsOn}|${barred}|${begins ?? ''}`
}

/** Days wished of another template, or from another start on, mean nothing on this one. */
function sameCourse(seen: string, ground: string): boolean {
  return seen === '' || seen.split('|')[0] === ground.split('|')[0]
}

/** Nor do hours of single steps where all were given another. */
function standing({ corrections }: Making, seen: string, ground: string): Making['corrections'] {
  if (!sameCourse(seen, ground)) return {}
  if (seen === '' || seen.split('|')[2] === ground.split('|')[2]) return corrections
  return Object.fromEntries(Object.entries(corrections).map(([key, { time: _, ...rest }]) => [key, rest]))
}

/** Whether each step would be made from and until the days that stood on the page. */
function wasShown({ plan }: Preview, shown: ReadonlyMap<string, string>): boolean {
  return plan.capsules.every(({ steps }) => steps.every(step => shown.get(step.key) === daysOf(step)))
}

function daysOf({ opensOn, dueOn }: { opensOn: string; dueOn: string }): string {
  return `${opensOn}/${dueOn}`
}

/** Of the fields of steps, those that still mean something: as `standing`. */
function standingFields(values: FormState['values'], seen: string, ground: string): FormState['values'] {
  const gone = !sameCourse(seen, ground)
    ? ofSteps
    : seen !== '' && seen.split('|')[2] !== ground.split('|')[2]
      ? /^time\./
      : null
  return gone ? without(values, gone) : values
}

function without(values: FormState['values'], names: RegExp): FormState['values'] {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.test(name)))
}

/** The plan as it is shown, with what was wished of it. */
function withPlan(form: FormState, preview: Preview, { corrections }: Making): FormState {
  const steps = preview.plan.capsules.flatMap(capsule => capsule.steps)
  const fields = steps.flatMap((step): [string, string[]][] => {
    const { key, opensOn, dueOn, beginsAt } = step
    const { day: wished, opens } = corrections[key] ?? {}
    return [
      [`day.${key}`, [dueOn]],
      step.mode === 'own_work' ? [`opens.${key}`, [opensOn]] : [`time.${key}`, [beginsAt ?? '']],
      ...(opens === undefined ? [] : [[`begun.${key}`, [opens]] as [string, string[]]]),
      [`shown.${key}`, [daysOf(step)]],
      ...(wished === undefined ? [] : [[`asked.${key}`, [wished]] as [string, string[]]]),
    ]
  })
  const values = withClosures(without(form.values, ofSteps), preview)
  return { ...form, values: { ...values, ...Object.fromEntries(fields) } }
}

/** Those of the template, where no line was sent yet. */
function withClosures(values: FormState['values'], { plan }: Preview): FormState['values'] {
  const column = (read: (closure: Preview['plan']['closures'][number]) => string) => plan.closures.map(read)
  return {
    ...values,
    closureFrom: column(({ from }) => from),
    closureUntil: column(({ until }) => until),
    closureName: column(({ name }) => name),
  }
}

async function makingPage(
  c: AppContext,
  form: FormState,
  preview: Preview | null,
  ground: string,
): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const props = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const groups = await groupChoices(trx, entry)
    if (groups.length === 0) throw new AppError('forbidden')
    const group = form.values.group?.[0] ?? ''
    const known = groups.find(({ id, slug }) => id === group || slug === group)
    return {
      groups,
      templates: await templateChoices(trx, network.id),
      countries: await countriesIn(trx, network.id),
      people:
        preview?.people ?? (known && isId(known.id) ? await groupPeople(trx, network.id, known.id) : []),
    }
  })
  const country = form.values.country?.[0] ?? ''
  const subdivisions = /^[A-Z]{2}$/.test(country) ? holidaySubdivisions(country, c.var.locale) : []
  const given = {
    network,
    ...props,
    form: withId(form),
    people: props.people.slice(0, 500),
    subdivisions,
    preview,
    ground,
  }
  return page(c, MakingPage, given, { status: Object.keys(form.errors).length > 0 ? 422 : 200 })
}

/** Made twice by a second click, it is made once. */
function withId(form: FormState): FormState {
  return form.values.id?.[0] ? form : { ...form, values: { ...form.values, id: [newId()] } }
}
