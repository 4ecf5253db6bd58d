import { href } from '#http/routes.ts'
import { durationOf } from '#modules/meetings/index.ts'
import type { Network } from '#modules/network/index.ts'
import type { Expectation } from '#modules/programmes/programme.ts'
import { isTyped, typedExpectations } from '#modules/programmes/sheets/sheet-entry.ts'
import type { OpenedSheets, Sheet, SheetExpectation } from '#modules/programmes/sheets/sheets.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/** One sheet, to be printed and written on. */
export function SheetToFill({ opened, sheet }: { network: Network; opened: OpenedSheets; sheet: Sheet }) {
  const { i18n } = useFrame()
  const { t, day, period } = i18n
  const { programme, capsule, step, meeting } = opened
  return (
    <section class="step-sheet">
      <header>
        <p class="sheet-code">{sheet.code}</p>
        <p>
          {programme.name} · {capsule.title}
        </p>
        <h2>{step.title}</h2>
        <p>
          <strong>{sheet.organisation?.name ?? t('programme-sheet.group')}</strong>
        </p>
        <p>
          {t('programme-sheet.between', { from: day(step.opensOn), until: day(step.dueOn) })} ·{' '}
          {durationOf(step.minutes, t)}
          {step.tutor && ` · ${t('programme-sheet.tutored', { name: step.tutor.name })}`}
        </p>
        {meeting && (
          <p>
            {[
              meeting.title,
              period(meeting.startsAt, meeting.endsAt, meeting.timeZone),
              meeting.place,
              meeting.address,
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        )}
      </header>
      {step.aim && (
        <div
          class="prose"
          dangerouslySetInnerHTML={{ __html: renderMarkdown(step.aim, { headingShift: 3 }) }}
        />
      )}
      <h3>{t('programme-sheet.prepare')}</h3>
      {sheet.organisation ? <Boxes expectations={opened.expectations} /> : <GroupTable opened={opened} />}
      <p>
        <small>{t('programme-sheet.return', { code: sheet.code })}</small>
      </p>
      <h3>{t('programme-sheet.notes')}</h3>
      <div class="room" />
    </section>
  )
}

/** What is said of an expectation beside its title, as far as its kind says any of it. */
export function detailsOf({ settings }: Expectation): {
  help: string
  links: { title: string; url: string }[]
  parts: string[]
} {
  const { help, details, links, parts } = settings as {
    help?: string
    details?: string
    links?: { title: string; url: string }[]
    parts?: string[]
  }
  return { help: help || details || '', links: links ?? [], parts: parts ?? [] }
}

function Boxes({ expectations }: { expectations: readonly SheetExpectation[] }) {
  const { t } = useFrame().i18n
  if (expectations.length === 0) return <p>{t('programme-sheet.nothing')}</p>
  return (
    <table class="to-tick">
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">{t('programme-sheet.done')}</span>
          </th>
          <th scope="col">{t('programme-sheet.expected')}</th>
          <th scope="col">{t('programme-sheet.done-on')}</th>
          <th scope="col">{t('programme-sheet.minutes')}</th>
        </tr>
      </thead>
      <tbody>
        {expectations.map(expectation => (
          <tr key={expectation.id}>
            <td class="box">{isTyped(expectation) && '☐'}</td>
            <td>
              <Expected expectation={expectation} />
            </td>
            <td />
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Of what is not ticked on paper. */
export const whereNames = {
  meeting: 'programme-sheet.said-at-meeting',
  elsewhere: 'programme-sheet.said-elsewhere',
} as const

function Expected({ expectation }: { expectation: SheetExpectation }) {
  const { t } = useFrame().i18n
  const { help, links, parts } = detailsOf(expectation)
  return (
    <>
      <strong>{expectation.title}</strong>
      {expectation.optional && ` (${t('programme-sheet.optional')})`}
      {help && <small class="block">{help}</small>}
      {(expectation.said === 'meeting' || expectation.said === 'elsewhere') && (
        <small class="block">{t(whereNames[expectation.said])}</small>
      )}
      {links.map(({ title, url }) => (
        <small key={url} class="block">
          <a href={url}>{title}</a> <span class="only-print">{url}</span>
        </small>
      ))}
      {parts.map(part => (
        <small key={part} class="block">
          – {part}
        </small>
      ))}
    </>
  )
}

function GroupTable({ opened }: { opened: OpenedSheets }) {
  const { t } = useFrame().i18n
  const { organisations } = opened
  const expectations = typedExpectations(opened.expectations)
  const others = opened.expectations.filter(one => !expectations.includes(one))
  return (
    <>
      <ol>
        {expectations.map(expectation => (
          <li key={expectation.id}>
            <Expected expectation={expectation} />
          </li>
        ))}
      </ol>
      {others.length > 0 && (
        <ul>
          {others.map(expectation => (
            <li key={expectation.id}>
              <Expected expectation={expectation} />
            </li>
          ))}
        </ul>
      )}
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
            {organisations.map(({ id, name }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                {expectations.map(one => (
                  <td key={one.id} class="box">
                    ☐
                  </td>
                ))}
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

/** Back to the step, and of which programme it is. */
export function StepCrumbs({
  network,
  opened,
}: {
  network: Network
  opened: Pick<OpenedSheets, 'programme' | 'step'>
}) {
  const { locale } = useFrame().i18n
  const { programme, step } = opened
  const here = { locale, network: network.slug, programme: programme.id }
  return (
    <p class="crumbs">
      <a href={href('programme', here)}>{programme.name}</a>
      {' · '}
      <a href={href('programmeStep', { ...here, step: step.id })}>{step.title}</a>
    </p>
  )
}
