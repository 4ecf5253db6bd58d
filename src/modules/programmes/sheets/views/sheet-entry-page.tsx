import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Expectation } from '#modules/programmes/programme.ts'
import type { Named } from '#modules/programmes/progress/acting.ts'
import { sheetCode } from '#modules/programmes/sheets/sheet-code.ts'
import type { Entered } from '#modules/programmes/sheets/sheet-entry.ts'
import type { OpenedSheets } from '#modules/programmes/sheets/sheets.ts'
import { StepCrumbs } from '#modules/programmes/sheets/views/sheet.tsx'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface SheetEntryProps {
  network: Network
  opened: OpenedSheets
  /** Those on this page. */
  lines: Named[]
  /** From the sheet of all together: the same grid as on paper. */
  whole: boolean
  expectations: Expectation[]
  entered: Entered[]
  /** The last one of this page, where there are more. */
  next: string | null
  form: FormState
}

/** Typed in with the paper beside it: an organisation after the other, in the order of the sheets. */
export function StepSheetEntryPage(props: SheetEntryProps) {
  const { network, opened, lines, whole, expectations, form } = props
  const { t, locale } = useFrame().i18n
  const { programme, step } = opened
  const here = { locale, network: network.slug, programme: programme.id, step: step.id }
  return (
    <NetworkLayout of={network} title={t('programme-sheet.entry')} noIndex>
      <article class="sheet-typing">
        <StepCrumbs network={network} opened={opened} />
        <h1>{t('programme-sheet.entry')}</h1>
        <p>{t('programme-sheet.entry.lede')}</p>
        <form class="narrow" method="get" action={href('programmeSheetEntry', here)}>
          <label>
            {t('programme-sheet.code')}
            <input type="text" name="code" maxLength={8} autocomplete="off" autocapitalize="characters" />
          </label>
          <button type="submit" class="button quiet">
            {t('programme-sheet.find')}
          </button>
        </form>
        {whole && (
          <p class="notice">
            <strong>{t('programme-sheet.of-group')}</strong> · {sheetCode(step.id, null)}
          </p>
        )}
        {expectations.length === 0 ? (
          <p>{t('programme-sheet.nothing-typed')}</p>
        ) : lines.length === 0 ? (
          <p>{t('programme-sheet.nobody')}</p>
        ) : (
          <Form action={href('programmeSheetEntry', here)} submit={t('programme-sheet.save')} state={form}>
            {whole ? (
              <Grid {...props} />
            ) : (
              lines.map(organisation => <Line key={organisation.id} organisation={organisation} {...props} />)
            )}
          </Form>
        )}
        {props.next && (
          <p>
            <a
              href={href(
                'programmeSheetEntry',
                here,
                new URLSearchParams({ after: props.next, ...(whole && { organisation: 'group' }) }),
              )}
            >
              {t('programme-sheet.more')}
            </a>
          </p>
        )}
      </article>
    </NetworkLayout>
  )
}

/** A line for each organisation, a box for each expectation, and the minutes of the line. */
function Grid({ lines, expectations, entered, form }: SheetEntryProps) {
  const { t, day } = useFrame().i18n
  const sent = form.values.line !== undefined
  const of = (organisation: string) =>
    entered.filter(({ organisationId, elsewhere }) => organisationId === organisation && !elsewhere)
  /** By day: what was said on one is one line. */
  const elsewhere = (organisation: string) => [
    ...Map.groupBy(
      entered.filter(one => one.elsewhere && one.organisationId === organisation),
      ({ doneOn }) => doneOn,
    ),
  ]
  const numberOf = ({ expectationId }: Entered) =>
    expectations.findIndex(({ id }) => id === expectationId) + 1
  return (
    <>
      <input type="hidden" name="organisation" value="group" />
      <ol>
        {expectations.map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
      </ol>
      <Typing name="day" label={t('programme-sheet.done-on')} form={form}>
        <input type="date" id="field-day" name="day" value={form.values.day?.[0] ?? ''} />
      </Typing>
      <div class="scroll">
        <table class="to-tick">
          <thead>
            <tr>
              <th scope="col">{t('programme-sheet.organisation')}</th>
              {expectations.map(({ id, title }, index) => (
                <th key={id} scope="col" class="center" title={title}>
                  {index + 1}
                </th>
              ))}
              <th scope="col">{t('programme-sheet.minutes')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ id, name }) => {
              const own = of(id)
              const sum = own.reduce((all, { minutes }) => all + (minutes ?? 0), 0)
              const field = `minutes-${id}`
              const problem = form.errors[field] ?? form.errors[`day-${id}`]
              return (
                <tr key={id}>
                  <th scope="row">
                    {name}
                    {elsewhere(id).map(([doneOn, all]) => (
                      <small key={doneOn} class="block">
                        {all.map(numberOf).sort().join(', ')} ·{' '}
                        {t('programme-sheet.elsewhere', { day: day(doneOn) })}
                      </small>
                    ))}
                    <input type="hidden" name="line" value={id} />
                    {/* What was typed in from its own sheet stays as it was. */}
                    {own.map(one => (
                      <input
                        key={one.expectationId}
                        type="hidden"
                        name={`day-${id}-${one.expectationId}`}
                        value={one.doneOn}
                      />
                    ))}
                    {own[0] && <input type="hidden" name={`note-${id}`} value={own[0].note} />}
                  </th>
                  {expectations.map(({ id: expectation, title }) => {
                    const key = `${id}:${expectation}`
                    const known = entered.find(
                      one => one.expectationId === expectation && one.organisationId === id,
                    )
                    return (
                      <td key={key} class="box">
                        <input
                          type="checkbox"
                          name="done"
                          value={key}
                          aria-label={`${name} : ${title}`}
                          checked={
                            sent ? form.values.done?.includes(key) : known !== undefined && !known.elsewhere
                          }
                        />
                      </td>
                    )
                  })}
                  <td>
                    <input
                      type="text"
                      inputmode="numeric"
                      id={`field-${field}`}
                      name={field}
                      value={sent ? form.values[field]?.[0] : sum > 0 ? sum : ''}
                      maxLength={5}
                      size={5}
                      aria-label={t('programme-sheet.minutes-all', { organisation: name })}
                      aria-invalid={problem ? 'true' : undefined}
                      autocomplete="off"
                    />
                    {problem && <span class="error">{problem}</span>}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Line(props: SheetEntryProps & { organisation: Named }) {
  const { organisation, expectations, entered, form, opened } = props
  const { t } = useFrame().i18n
  const own = entered.filter(
    ({ organisationId, elsewhere }) => organisationId === organisation.id && !elsewhere,
  )
  const sent = form.values.line !== undefined
  const value = (name: string, known: string) => (sent ? (form.values[name]?.[0] ?? '') : known)
  const [day, note] = [`day-${organisation.id}`, `note-${organisation.id}`]
  return (
    <fieldset class="group sheet-line" id={`line-${organisation.id}`}>
      <legend>
        {organisation.name} <small>{sheetCode(opened.step.id, organisation.id)}</small>
      </legend>
      <input type="hidden" name="line" value={organisation.id} />
      <ul class="plain">
        {expectations.map(expectation => (
          <Typed key={expectation.id} expectation={expectation} {...props} />
        ))}
      </ul>
      <div class="pair">
        <Typing name={day} label={t('programme-sheet.done-on')} form={form}>
          <input
            type="date"
            id={`field-${day}`}
            name={day}
            value={value(day, own[0]?.doneOn ?? '')}
            aria-invalid={form.errors[day] ? 'true' : undefined}
          />
        </Typing>
        <Typing name={note} label={t('programme-sheet.note')} form={form}>
          <textarea
            id={`field-${note}`}
            name={note}
            rows={2}
            maxLength={5000}
            aria-invalid={form.errors[note] ? 'true' : undefined}
          >
            {value(note, own[0]?.note ?? '')}
          </textarea>
        </Typing>
      </div>
    </fieldset>
  )
}

function Typed(props: SheetEntryProps & { organisation: Named; expectation: Expectation }) {
  const { organisation, expectation, entered, form } = props
  const { t, day } = useFrame().i18n
  const known = entered.find(
    one => one.expectationId === expectation.id && one.organisationId === organisation.id,
  )
  const sent = form.values.line !== undefined
  const key = `${organisation.id}:${expectation.id}`
  const field = `minutes-${organisation.id}-${expectation.id}`
  const error = form.errors[field]
  const minutes = sent ? form.values[field]?.[0] : known?.minutes?.toString()
  return (
    <li>
      <label class="choice">
        <input
          type="checkbox"
          name="done"
          value={key}
          checked={sent ? form.values.done?.includes(key) : known !== undefined && !known.elsewhere}
        />
        <span>
          {expectation.title}
          {known?.elsewhere && <small>{t('programme-sheet.elsewhere', { day: day(known.doneOn) })}</small>}
        </span>
      </label>
      <span>
        <input
          type="text"
          inputmode="numeric"
          id={`field-${field}`}
          name={field}
          value={minutes}
          maxLength={5}
          placeholder={t('programme-sheet.minutes')}
          aria-label={t('programme-sheet.minutes-of', {
            expectation: expectation.title,
            organisation: organisation.name,
          })}
          aria-invalid={error ? 'true' : undefined}
          autocomplete="off"
        />
        {error && <span class="error">{error}</span>}
      </span>
    </li>
  )
}

function Typing(props: { name: string; label: string; form: FormState; children: preact.ComponentChildren }) {
  const error = props.form.errors[props.name]
  return (
    <div class="field" data-wrong={error ? true : undefined}>
      <label for={`field-${props.name}`}>{props.label}</label>
      {props.children}
      {error && <p class="error">{error}</p>}
    </div>
  )
}
