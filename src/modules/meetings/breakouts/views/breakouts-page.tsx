import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { BreakoutSeat, Breakouts, Seatable } from '#modules/meetings/breakouts/breakouts.ts'
import { type Criterion, criteria, type Score } from '#modules/meetings/breakouts/drawing.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { ActionButton, Checkbox, Choices, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface BreakoutsPageProps {
  network: Network
  meeting: Meeting
  mayRun: boolean
  /** The reader's registration. */
  own: string | null
  guests: Seatable[]
  breakouts: Breakouts | null
  score: Score | null
  form: FormState
}

/** Printed, it hangs on the wall: who sits at which table, and a list of names to find oneself. */
export function BreakoutsPage(props: BreakoutsPageProps) {
  const { network, meeting, mayRun, breakouts, guests, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  return (
    <NetworkLayout of={network} title={t('breakouts.title', { meeting: meeting.title })} noIndex>
      <div class="listing breakouts">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('breakouts.name')}</h1>
        {!breakouts && !mayRun && <p>{t('breakouts.none')}</p>}
        {mayRun && (
          <section class="no-print">
            <p>{t('breakouts.text', { count: guests.length })}</p>
            <Form
              action={href('meetingBreakouts', here)}
              submit={t(breakouts ? 'breakouts.again' : 'breakouts.draw')}
              state={form}
            >
              <Choices
                name="by"
                label={t('breakouts.by')}
                state={form}
                choices={[
                  { value: 'tables', label: t('breakouts.by.tables') },
                  { value: 'size', label: t('breakouts.by.size') },
                ]}
              />
              <TextField
                name="number"
                type="number"
                label={t('breakouts.number')}
                state={form}
                min={1}
                max={200}
                required
              />
              <TextField
                name="rounds"
                type="number"
                label={t('breakouts.rounds')}
                hint={t('breakouts.rounds.hint')}
                state={form}
                min={1}
                max={6}
                required
              />
              <Checkbox name="present" label={t('breakouts.present')} state={form} />
            </Form>
          </section>
        )}
        {breakouts && (
          <>
            {props.score && <ScoreTable score={props.score} />}
            {Array.from({ length: breakouts.rounds }, (_, index) => index + 1).map(round => (
              <Round key={round} round={round} {...props} breakouts={breakouts} />
            ))}
            <Names {...props} breakouts={breakouts} />
            {mayRun && (
              <div class="no-print">
                <small>
                  {t('breakouts.drawn', {
                    count: new Set(breakouts.seats.map(({ guest }) => guest)).size,
                  })}
                </small>{' '}
                <ActionButton
                  action={href('meetingBreakoutRemoval', here)}
                  label={t('breakouts.remove')}
                  danger
                />
              </div>
            )}
          </>
        )}
      </div>
    </NetworkLayout>
  )
}

type Drawn = BreakoutsPageProps & { breakouts: Breakouts }

function Round({ round, ...props }: Drawn & { round: number }) {
  const { breakouts } = props
  const { t } = useFrame().i18n
  const seats = breakouts.seats.filter(seat => seat.round === round)
  return (
    <section class="round">
      {breakouts.rounds > 1 && <h2>{t('breakouts.round', { round })}</h2>}
      <div class="tables">
        {Array.from({ length: breakouts.tables }, (_, index) => index + 1).map(table => (
          <Table key={table} table={table} seats={seats.filter(seat => seat.table === table)} {...props} />
        ))}
      </div>
    </section>
  )
}

function Table({ table, seats, ...props }: Drawn & { table: number; seats: BreakoutSeat[] }) {
  const { t } = useFrame().i18n
  const known = new Map(props.guests.map(guest => [guest.id, guest]))
  return (
    <section class="seat-table">
      <h3>{t('breakouts.table', { table })}</h3>
      <ul>
        {seats.map(seat => {
          const guest = known.get(seat.guest)
          return guest && <SeatLine key={seat.guest} seat={seat} guest={guest} {...props} />
        })}
      </ul>
    </section>
  )
}

function SeatLine({
  seat,
  guest,
  network,
  meeting,
  mayRun,
  own,
  breakouts,
}: Drawn & { seat: BreakoutSeat; guest: Seatable }) {
  const { t, locale } = useFrame().i18n
  const address = href('meetingBreakoutSeats', { locale, network: network.slug, meeting: meeting.id })
  const fields = { guest: seat.guest, round: String(seat.round) }
  return (
    <li id={`s-${seat.round}-${seat.guest}`} data-own={own === seat.guest ? true : undefined}>
      <span>
        {guest.name}
        {seat.locked && mayRun && <span class="no-print"> 📌</span>}
        {guest.organisationName && <small class="block">{guest.organisationName}</small>}
      </span>
      {mayRun && (
        <details class="no-print">
          <summary>
            <span class="visually-hidden">{t('breakouts.move-of', { name: guest.name })}</span>
            <span aria-hidden="true">⋯</span>
          </summary>
          <form method="post" action={address} class="move">
            {Object.entries(fields).map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <select name="table" aria-label={t('breakouts.move-of', { name: guest.name })}>
              {Array.from({ length: breakouts.tables }, (_, index) => (
                <option
                  key={`table-${index + 1}`}
                  value={String(index + 1)}
                  selected={index + 1 === seat.table}
                >
                  {t('breakouts.table', { table: index + 1 })}
                </option>
              ))}
            </select>
            <button type="submit" class="button quiet">
              {t('breakouts.move')}
            </button>
          </form>
          <ActionButton
            action={address}
            label={t(seat.locked ? 'breakouts.free' : 'breakouts.lock')}
            fields={{ ...fields, table: String(seat.table), locked: seat.locked ? 'no' : 'yes' }}
          />
        </details>
      )}
    </li>
  )
}

const criterionNames: Record<Criterion, MessageKey> = {
  organisation: 'breakouts.score.organisation',
  sizeClass: 'breakouts.score.size',
  sector: 'breakouts.score.sector',
  met: 'breakouts.score.met',
  again: 'breakouts.score.again',
}

function ScoreTable({ score }: { score: Score }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const rounded = (value: number) => i18n.number(Math.round(value * 10) / 10)
  return (
    <details class="no-print score" open>
      <summary>{t('breakouts.score')}</summary>
      <p>
        <small>{t('breakouts.score.text')}</small>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('breakouts.score.criterion')}</th>
            <th scope="col" class="n">
              {t('breakouts.score.here')}
            </th>
            <th scope="col" class="n">
              {t('breakouts.score.chance')}
            </th>
          </tr>
        </thead>
        <tbody>
          {criteria
            .filter(name => score[name].chance > 0 || score[name].pairs > 0)
            .map(name => (
              <tr key={name}>
                <td>{t(criterionNames[name])}</td>
                <td class="n">{i18n.number(score[name].pairs)}</td>
                <td class="n">{rounded(score[name].chance)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  )
}

/** By name, with the table of each round: to find oneself. */
function Names({ guests, breakouts, own }: Drawn) {
  const { t } = useFrame().i18n
  const places = Map.groupBy(breakouts.seats, ({ guest }) => guest)
  const rounds = Array.from({ length: breakouts.rounds }, (_, index) => index + 1)
  return (
    <section class="names">
      <h2>{t('breakouts.names')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('sheet.person')}</th>
            {rounds.map(round => (
              <th key={round} scope="col" class="n">
                {breakouts.rounds > 1 ? t('breakouts.round', { round }) : t('breakouts.table-column')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {guests
            .filter(({ id }) => places.has(id))
            .map(guest => (
              <tr key={guest.id} data-own={own === guest.id ? true : undefined}>
                <td>
                  {guest.name}
                  {guest.organisationName && <small class="block">{guest.organisationName}</small>}
                </td>
                {rounds.map(round => (
                  <td key={round} class="n">
                    {places.get(guest.id)?.find(seat => seat.round === round)?.table}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
