import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Preview } from '#modules/programmes/course/previewing.ts'
import { PlanPreview } from '#modules/programmes/course/views/plan-preview.tsx'
import type { TemplateChoice } from '#modules/programmes/templates/index.ts'
import { textIn } from '#modules/programmes/templates/words.ts'
import { countriesByName } from '#reference/countries.ts'
import { Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface MakingProps {
  network: Network
  groups: { id: string; slug: string; name: string }[]
  templates: TemplateChoice[]
  /** Where organisations of the network are: shown first. */
  countries: string[]
  /** Of the country chosen: parts with holidays of their own. */
  subdivisions: { code: string; name: string }[]
  /** Of the group chosen. */
  people: { personId: string; name: string; role: string }[]
  form: FormState
  /** What would be made; null before it was asked for, or where it cannot be. */
  preview: Preview | null
  /** What the corrections beside each step were made on. */
  ground: string
}

/** A programme is chosen, looked at as a whole, corrected, then made. */
export function MakingPage(props: MakingProps) {
  const { network, form, preview } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('programme.new')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('programmes', here)}>{t('programmes.name')}</a>
        </p>
        <h1>{t('programme.new')}</h1>
        {!preview && <p class="lede">{t('programme.new.lede')}</p>}
      </header>
      <Form
        action={href('programmes', here)}
        state={form}
        submit={preview ? t('programme.preview-again') : t('programme.preview')}
      >
        <input type="hidden" name="id" value={form.values.id?.[0] ?? ''} />
        <input type="hidden" name="ground" value={props.ground} />
        {preview ? <PlanPreview preview={preview} form={form} /> : <KeptSteps form={form} />}
        {preview && <h2 id="choices">{t('programme.choices')}</h2>}
        {/* Part of the form itself, which names fields in its errors. */}
        {Chosen(props)}
      </Form>
    </NetworkLayout>
  )
}

function Chosen(props: MakingProps) {
  const { network, groups, templates, people, subdivisions, countries, form, preview } = props
  const { t, locale } = useFrame().i18n
  const all = countriesByName(locale).map(({ code, name }) => ({ value: code, label: name }))
  const own = all.filter(({ value }) => countries.includes(value))
  return (
    <>
      <Select
        name="group"
        label={t('programme.group')}
        state={form}
        choices={groups.map(({ id, name }) => ({ value: id, label: name }))}
        required
      />
      <Choices
        name="template"
        label={t('programme.template')}
        state={form}
        choices={templates.map(({ key, name, about, capsules, steps }) => ({
          value: key,
          label: textIn(name, locale),
          hint: [t('programme.template.size', { capsules, steps }), textIn(about, locale)]
            .filter(Boolean)
            .join(' '),
        }))}
        required
      />
      <TextField
        name="name"
        label={t('programme.name')}
        hint={t('programme.name.hint')}
        state={form}
        maxLength={200}
      />
      <div class="date-pair">
        <TextField name="startsOn" type="date" label={t('programme.starts-on')} state={form} required />
        <TextField name="begins" type="time" label={t('programme.begins')} state={form} />
      </div>
      <Select
        name="country"
        label={t('programme.country')}
        hint={t('programme.country.hint')}
        state={form}
        choices={[
          { value: '', label: t('programme.country.none') },
          ...own,
          ...(own.length > 0 ? [{ value: '', label: '──────────', disabled: true }] : []),
          ...all.filter(({ value }) => !countries.includes(value)),
        ]}
      />
      {subdivisions.length > 0 && (
        <Select
          name="subdivision"
          label={t('programme.subdivision')}
          state={form}
          choices={[
            { value: '', label: t('programme.subdivision.none') },
            ...subdivisions.map(({ code, name }) => ({ value: code, label: name })),
          ]}
        />
      )}
      {(preview || form.values.closureFrom) && <Closures form={form} />}
      <Select
        name="tutor"
        label={t('programme.tutor')}
        hint={t('programme.tutor.hint')}
        state={form}
        choices={[
          { value: '', label: t('programme.tutor.runner') },
          ...people.map(({ personId, name }) => ({ value: personId, label: name })),
        ]}
      />
      <TextField name="place" label={t('programme.place')} state={form} maxLength={200} />
      <TextField name="address" label={t('programme.address')} state={form} maxLength={500} />
      <TextField name="videoUrl" type="url" label={t('programme.video')} state={form} maxLength={1000} />
      <TextArea name="about" label={t('programme.about')} state={form} rows={3} maxLength={10_000} />
      <Choices
        name="announce"
        label={t('programme.announce')}
        state={form}
        choices={[
          { value: 'now', label: t('programme.announce.now'), hint: t('programme.announce.now.hint') },
          { value: 'later', label: t('programme.announce.later'), hint: t('programme.announce.later.hint') },
        ]}
        required
      />
      <input type="hidden" name="language" value={form.values.language?.[0] ?? network.locale} />
      <input type="hidden" name="timeZone" value={form.values.timeZone?.[0] ?? network.timeZone} />
    </>
  )
}

/** What was corrected of steps, where they cannot be laid out just now. */
function KeptSteps({ form }: { form: FormState }) {
  return (
    <>
      {Object.entries(form.values)
        .filter(([name]) => /^(?:opens|day|time|shown|begun|asked)\./.test(name))
        .map(([name, [value]]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
    </>
  )
}

/** Line by line; an empty line says nothing. */
function Closures({ form }: { form: FormState }) {
  const { t } = useFrame().i18n
  const [from, until, names] = ['closureFrom', 'closureUntil', 'closureName'].map(
    name => form.values[name] ?? [],
  )
  const filled = Math.max(from?.length ?? 0, until?.length ?? 0)
  const lines = Array.from({ length: filled + 2 }, (_, index) => index)
  const error = form.errors.closures
  return (
    <fieldset class="field closures" id="field-closures" data-wrong={error ? true : undefined}>
      <legend>{t('programme.closures')}</legend>
      <small class="hint">{t('programme.closures.hint')}</small>
      {error && <p class="error">{error}</p>}
      {lines.map(index => (
        <div key={index} class="closure">
          <label>
            <span>{t('programme.closures.from', { number: index + 1 })}</span>
            <input type="date" name="closureFrom" value={from?.[index] ?? ''} />
          </label>
          <label>
            <span>{t('programme.closures.until', { number: index + 1 })}</span>
            <input type="date" name="closureUntil" value={until?.[index] ?? ''} />
          </label>
          <label class="name">
            <span>{t('programme.closures.name', { number: index + 1 })}</span>
            <input name="closureName" maxLength={200} value={names?.[index] ?? ''} />
          </label>
        </div>
      ))}
    </fieldset>
  )
}
