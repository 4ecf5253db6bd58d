import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { halfDaysOf } from '#modules/meetings/door/half-days.ts'
import type { Expected } from '#modules/meetings/door/presences.ts'
import { halfDayName } from '#modules/meetings/door/sheet.ts'
import { walkInLines } from '#modules/meetings/door/sheet-entry.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface SheetEntryProps {
  network: Network
  meeting: Meeting
  people: Expected[]
  organisations: string[]
  form: FormState
}

/** Typed in with the paper beside it: the boxes in the sheet's order, one after the other by the tabulator. */
export function SheetEntryPage(props: SheetEntryProps) {
  const { network, meeting, people, form } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const halfDays = halfDaysOf(meeting)
  const sent = form.values.line !== undefined
  const signed = new Set(form.values.signed)
  const isSigned = (person: Expected, column: number) =>
    sent
      ? signed.has(`${person.id}:${column}`)
      : person.present === true && (person.halfDays === null || person.halfDays.includes(column))
  return (
    <NetworkLayout of={network} title={t('sheet.entry')} noIndex>
      <div class="listing sheet-entry">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('sheet.entry')}</h1>
        <p>{t('sheet.entry.text')}</p>
        <Form action={href('meetingSheetEntry', here)} submit={t('sheet.entry.save')} state={form}>
          <table class="sheet-lines">
            <thead>
              <tr>
                <th scope="col" class="n">
                  {t('sheet.line')}
                </th>
                <th scope="col">{t('sheet.person')}</th>
                {halfDays.map(halfDay => (
                  <th key={halfDay.date + halfDay.part} scope="col" class="center">
                    {halfDays.length > 1 ? halfDayName(halfDay, halfDays, i18n) : t('sheet.signed')}
                  </th>
                ))}
                <th scope="col">{t('sheet.time')}</th>
              </tr>
            </thead>
            <tbody>
              {people.map((person, line) => (
                <tr key={person.id}>
                  <td class="n">{line + 1}</td>
                  <td>
                    <input type="hidden" name="line" value={person.id} />
                    {person.name}
                    <small class="block">{person.organisation}</small>
                  </td>
                  {halfDays.map((halfDay, column) => (
                    <td key={halfDay.date + halfDay.part} class="center">
                      <input
                        type="checkbox"
                        name="signed"
                        value={`${person.id}:${column}`}
                        checked={isSigned(person, column)}
                        aria-label={t('sheet.signed-by', {
                          name: person.name,
                          part: halfDayName(halfDay, halfDays, i18n),
                        })}
                      />
                    </td>
                  ))}
                  <td>
                    <TimeField
                      name={`time-${person.id}`}
                      label={t('sheet.time-of', { name: person.name })}
                      {...props}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <fieldset class="group walk-in-lines">
            <legend>{t('sheet.walk-ins')}</legend>
            <datalist id="organisations">
              {props.organisations.map(name => (
                <option key={name} value={name} />
              ))}
            </datalist>
            {Array.from({ length: walkInLines }, (_, index) => (
              <WalkInLine key={`walk-in-${people.length + index + 1}`} index={index} {...props} />
            ))}
          </fieldset>
        </Form>
      </div>
    </NetworkLayout>
  )
}

function WalkInLine({ index, people, form }: SheetEntryProps & { index: number }) {
  const { t } = useFrame().i18n
  const line = people.length + index + 1
  const name = `walk-in-name-${index}`
  const organisation = `walk-in-organisation-${index}`
  const error = form.errors[name]
  return (
    <div class="walk-in-line" data-wrong={error ? true : undefined}>
      <span class="n">{line}</span>
      <input
        type="text"
        id={`field-${name}`}
        name={name}
        value={form.values[name]?.[0]}
        maxLength={200}
        placeholder={t('door.walk-in.name')}
        aria-label={t('sheet.walk-in.name', { line })}
        aria-invalid={error ? 'true' : undefined}
        autocomplete="off"
      />
      <input
        type="text"
        name={organisation}
        value={form.values[organisation]?.[0]}
        maxLength={200}
        list="organisations"
        placeholder={t('attendance.column.organisation')}
        aria-label={t('sheet.walk-in.organisation', { line })}
        autocomplete="off"
      />
      {error && <p class="error">{error}</p>}
    </div>
  )
}

function TimeField({ name, label, form }: SheetEntryProps & { name: string; label: string }) {
  const error = form.errors[name]
  return (
    <>
      <input
        type="text"
        id={`field-${name}`}
        name={name}
        value={form.values[name]?.[0]}
        inputmode="numeric"
        maxLength={5}
        placeholder="09:00"
        aria-label={label}
        aria-invalid={error ? 'true' : undefined}
        autocomplete="off"
      />
      {error && <p class="error">{error}</p>}
    </>
  )
}
