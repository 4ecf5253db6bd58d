import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { OrganisationImport, Preview } from '#modules/network/organisation-import/imports.ts'
import { headingText } from '#modules/network/organisation-import/mapping-form.ts'
import {
  type ColumnField,
  columnFields,
  type ListedField,
  listedFields,
} from '#modules/network/organisation-import/words.ts'
import { fieldNames, meaningsOf } from '#modules/network/organisation-import/words-said.ts'
import { type EngagementWords, engagementName } from '#modules/network/organisations/engagement.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import type { Heading } from '#platform/spreadsheets/heading.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface MappingPageProps {
  network: Network
  one: OrganisationImport
  form: FormState
  words: EngagementWords
}

/** How the file was understood: its sheet, its headings, its columns and the words in them, all to be corrected. */
export function MappingPage(props: MappingPageProps) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  const { network, one, form } = props
  const here = { locale, network: network.slug }
  const { preview } = one
  return (
    <NetworkLayout of={network} title={one.name} noIndex>
      <div class="organisation-import">
        <p class="crumbs">
          <a href={href('organisations', here)}>{t('organisations.name')}</a> ›{' '}
          <a href={href('organisationImports', here)}>{t('organisation-import.name')}</a>
        </p>
        <h1 class="file-name">{one.name}</h1>
        <p class="lede">
          {t('organisation-import.mapping.lede', { lines: preview.lines })} {readAs(preview, i18n)}
        </p>
        <form class="form" method="post" action={href('organisationImportColumns', { ...here, id: one.id })}>
          {form.errors[''] && (
            <div class="problems" role="alert" tabIndex={-1}>
              <p>{form.errors['']}</p>
            </div>
          )}
          <section>
            <h2>{t('organisation-import.table')}</h2>
            <div class="choices">
              {preview.sheets.length > 1 && (
                <label>
                  {t('organisation-import.sheet')}
                  <select name="sheet">
                    {preview.sheets.map((sheet, index) => (
                      <option key={index} value={String(index)} selected={index === one.reading.sheet}>
                        {t(
                          sheet.hidden
                            ? 'organisation-import.sheet.hidden'
                            : 'organisation-import.sheet.shown',
                          {
                            name: sheet.name,
                            rows: sheet.rows,
                          },
                        )}
                      </option>
                    ))}
                  </select>
                </label>
              )}
              <label>
                {t('organisation-import.heading')}
                <select name="heading">
                  {headingChoices(one).map(heading => (
                    <option
                      key={headingText(heading)}
                      value={headingText(heading)}
                      selected={headingText(heading) === headingText(one.reading.heading)}
                    >
                      {heading.lines === 0
                        ? t('organisation-import.heading.none')
                        : heading.lines === 1
                          ? t('organisation-import.heading.one', { line: heading.line })
                          : t('organisation-import.heading.two', {
                              line: heading.line,
                              next: heading.line + 1,
                            })}
                    </option>
                  ))}
                </select>
              </label>
              <button type="submit" class="button quiet">
                {t('organisation-import.look-again')}
              </button>
            </div>
            <Top {...props} />
            {preview.passed.length > 0 && (
              <p>
                <small>
                  {t('organisation-import.passed', {
                    count: preview.passed.length,
                    lines: preview.passed
                      .slice(0, 10)
                      .map(({ line }) => number(line))
                      .join(', '),
                  })}
                </small>
              </p>
            )}
          </section>
          <Columns {...props} />
          <Values {...props} />
          <p class="buttons">
            <button type="submit" class="button">
              {t('organisation-import.check')}
            </button>
          </p>
          <p>
            <small>{t('organisation-import.check.hint')}</small>
          </p>
        </form>
        <p>
          <ActionButton
            action={href('organisationImportRemoval', { ...here, id: one.id })}
            label={t('organisation-import.discard')}
            danger
          />
        </p>
      </div>
    </NetworkLayout>
  )
}

/** The beginning of the sheet, as it is. */
function Top({ one }: MappingPageProps) {
  const { t, number } = useFrame().i18n
  const { top } = one.preview
  const { line, lines } = one.reading.heading
  const width = Math.min(Math.max(...top.map(({ cells }) => cells.length), 1), 30)
  return (
    <figure class="sheet">
      <figcaption>{t('organisation-import.top')}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={t('organisation-import.top')}>
        <table>
          <tbody>
            {top.map(row => (
              <tr key={row.line} class={line <= row.line && row.line < line + lines ? 'heading' : undefined}>
                <th scope="row">{number(row.line)}</th>
                {Array.from({ length: width }, (_, column) => (
                  <td key={column}>{row.cells[column] ?? ''}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  )
}

function Columns({ one }: MappingPageProps) {
  const { t } = useFrame().i18n
  const { headings, samples } = one.preview
  return (
    <section>
      <h2>{t('organisation-import.columns')}</h2>
      <p>{t('organisation-import.columns.lede')}</p>
      <ul class="columns">
        {headings.map((heading, column) => {
          if (heading === '' && (samples[column]?.length ?? 0) === 0) return null
          const id = `column-${column}`
          return (
            <li key={column} data-left={one.reading.columns[column] ? undefined : true}>
              <label for={id}>
                <strong>
                  {heading || t('organisation-import.column.unnamed', { letter: letterOf(column) })}
                </strong>
                <small>{samples[column]?.join(' · ')}</small>
              </label>
              <select id={id} name={`column.${column}`}>
                <option value="">{t('organisation-import.column.none')}</option>
                <FieldChoices chosen={one.reading.columns[column] ?? null} />
              </select>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function FieldChoices({ chosen }: { chosen: ColumnField | null }) {
  const { t } = useFrame().i18n
  const people = columnFields.filter(field => field.startsWith('contact'))
  const own = columnFields.filter(field => !field.startsWith('contact'))
  const option = (field: ColumnField) => (
    <option key={field} value={field} selected={field === chosen}>
      {t(fieldNames[field])}
    </option>
  )
  return (
    <>
      <optgroup label={t('organisations.name')}>{own.map(option)}</optgroup>
      <optgroup label={t('organisation-import.field.contacts')}>{people.map(option)}</optgroup>
    </>
  )
}

function Values({ network, one, words }: MappingPageProps) {
  const { i18n } = useFrame()
  const { t } = i18n
  const values = one.preview.values.map((value, index) => ({ ...value, index }))
  if (values.length === 0) return null
  const fields = listedFields.filter(field => values.some(value => value.field === field))
  const meanings = Object.fromEntries(
    fields.map(field => [
      field,
      meaningsOf(field, i18n, level => engagementName(level, words, i18n, network.locale)),
    ]),
  ) as Record<ListedField, { value: string; label: string }[]>
  return (
    <section>
      <h2>{t('organisation-import.values')}</h2>
      <p>{t('organisation-import.values.lede')}</p>
      {fields.map(field => {
        const own = values.filter(value => value.field === field)
        const open = own.filter(({ meaning }) => meaning === null)
        return (
          <details key={field} open={open.length > 0}>
            <summary>
              {t(fieldNames[field])}{' '}
              <small>{t('organisation-import.values.count', { count: own.length, open: open.length })}</small>
            </summary>
            <ul class="columns">
              {own.map(({ index, written, count, meaning }) => (
                <li key={index} data-left={meaning ? undefined : true}>
                  <label for={`value-${index}`}>
                    <strong>{written}</strong>{' '}
                    <small>{t('organisation-import.values.lines', { count })}</small>
                  </label>
                  <select id={`value-${index}`} name={`value.${index}`}>
                    <option value={meaning === null ? '' : '-'}>{t('organisation-import.value.none')}</option>
                    {known(meanings[field], meaning).map(({ value, label }) => (
                      <option key={value} value={value} selected={value === meaning}>
                        {label}
                      </option>
                    ))}
                  </select>
                </li>
              ))}
            </ul>
          </details>
        )
      })}
    </section>
  )
}

/** A code that was understood stands among the choices, however fine it is. */
function known(choices: { value: string; label: string }[], meaning: string | null) {
  if (!meaning || choices.some(({ value }) => value === meaning)) return choices
  return [{ value: meaning, label: meaning.replace(/^\w+:/, '') }, ...choices]
}

function headingChoices({ preview, reading }: OrganisationImport): Heading[] {
  const lines = preview.top.map(({ line }) => line)
  const choices: Heading[] = [{ line: 0, lines: 0 }]
  for (const [index, line] of lines.entries()) {
    choices.push({ line, lines: 1 })
    if (lines[index + 1] === line + 1) choices.push({ line, lines: 2 })
  }
  const chosen = headingText(reading.heading)
  return choices.some(one => headingText(one) === chosen) ? choices : [...choices, reading.heading]
}

function readAs(
  { format, encoding, separator }: Preview,
  { t }: ReturnType<typeof useFrame>['i18n'],
): string {
  if (format !== 'csv') return ''
  const signs: Record<string, string> = { '\t': t('organisation-import.tab') }
  return t('organisation-import.read-as', {
    encoding: encoding ?? '',
    separator: signs[separator ?? ''] ?? separator ?? '',
  })
}

function letterOf(column: number): string {
  const last = String.fromCharCode(65 + (column % 26))
  return column < 26 ? last : letterOf(Math.floor(column / 26) - 1) + last
}
