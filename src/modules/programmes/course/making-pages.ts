import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { groupChoices, groupPeople } from '#modules/groups/index.ts'
import { entryOf, unlessRefused } from '#modules/network/index.ts'
import { countryOf } from '#modules/programmes/course/country.ts'
import { makeProgramme } from '#modules/programmes/course/making.ts'
import { todayOf } from '#modules/programmes/course/moving.ts'
import { type Preview, previewProgramme } from '#modules/programmes/course/previewing.ts'
import { type Making, makingForm } from '#modules/programmes/course/schema.ts'
import { MakingPage } from '#modules/programmes/course/views/making-page.tsx'
import { calendarOf } from '#modules/programmes/planning/calendar.ts'
import { addDays } from '#modules/programmes/planning/days.ts'
import { holidaySubdivisions } from '#modules/programmes/planning/holidays.ts'
import { templateChoices } from '#modules/programmes/templates/index.ts'
import { textIn } from '#modules/programmes/templates/words.ts'

const lists = ['closureFrom', 'closureUntil', 'closureName']

export async function newProgramme(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const given = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const groups = await groupChoices(trx, entry)
    const wanted = c.req.query('group') ?? ''
    const group = groups.find(({ id, slug }) => wanted === id || wanted === slug) ?? groups[0]
    const [template] = await templateChoices(trx, network.id)
    return { group, template, country: await countryOf(trx, network) }
  })
  const { group, template, country } = given
  const name = template
    ? `${textIn(template.name, network.locale)} – ${group?.name ?? ''}`
    : (group?.name ?? '')
  return makingPage(
    c,
    formOf({
      id: newId(),
      group: group?.id,
      template: template?.key,
      name: [...name].slice(0, 200).join(''),
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

/** Shows the whole plan first, as often as wished, and makes it when it was seen. */
export async function postProgramme(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value: sent, form } = await readForm(c, makingForm, lists)
  if (!sent) return makingPage(c, form, null, form.values.ground?.[0] ?? '')
  const ground = groundOf(sent.value)
  const value = { ...sent.value, corrections: standing(sent.value, sent.ground, ground) }
  if (sent.step === 'make' && sent.ground === ground) {
    const result = await unlessRefused(c.var.i18n, form, () =>
      inTenant(db, entry.tenant, trx => makeProgramme(trx, entry, value, linkOrigin)),
    )
    if (result.form) return makingPage(c, result.form, await uncorrected(c, value), ground)
    const here = { locale: c.var.locale, network: entry.network.slug, programme: result.done }
    return redirectDone(c, href('programme', here), 'programme-made')
  }
  const result = await unlessRefused(c.var.i18n, form, () =>
    readTenant(db, entry.tenant, trx => previewProgramme(trx, entry, value)),
  )
  if (result.form) return makingPage(c, result.form, await uncorrected(c, value), ground)
  return makingPage(
    c,
    withClosures(form, result.done),
    result.done,
    groundOf({ ...value, closures: result.done.plan.closures }),
  )
}

/** What was wrong with single steps is shown beside them; null where the plan itself cannot be. */
async function uncorrected(c: AppContext, value: Making): Promise<Preview | null> {
  const entry = entryOf(c)
  if (Object.keys(value.corrections).length === 0) return null
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    readTenant(c.var.services.db, entry.tenant, trx =>
      previewProgramme(trx, entry, { ...value, corrections: {} }),
    ),
  )
  return result.done
}

/** What the days of a plan hang on, and after the bar its hours, in a few words. */
function groundOf({ template, startsOn, country, subdivision, closures, begins }: Making): string {
  const closed = (closures ?? []).map(({ from, until }) => `${from}/${until}`)
  return `${[template, startsOn, country ?? '', subdivision ?? '', ...closed].join(' ')}|${begins ?? ''}`.slice(
    0,
    5_000,
  )
}

/** Days that were corrected on another plan mean nothing on this one, nor do hours where all were given another. */
function standing({ corrections }: Making, seen: string, ground: string): Making['corrections'] {
  if (seen === ground) return corrections
  if (seen.split('|')[0] !== ground.split('|')[0]) return {}
  return Object.fromEntries(Object.entries(corrections).map(([key, { day }]) => [key, { day }]))
}

/** Those of the template, where no line was sent yet. */
function withClosures(form: FormState, { plan }: Preview): FormState {
  const column = (read: (closure: Preview['plan']['closures'][number]) => string) => plan.closures.map(read)
  return {
    ...form,
    values: {
      ...form.values,
      closureFrom: column(({ from }) => from),
      closureUntil: column(({ until }) => until),
      closureName: column(({ name }) => name),
    },
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
    if (groups.length === 0) throw new AppError('forbidden', { params: { scope: 'programmes:manage' } })
    const group = form.values.group?.[0] ?? ''
    const known = groups.find(({ id, slug }) => id === group || slug === group)
    return {
      groups,
      templates: await templateChoices(trx, network.id),
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
