import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Check, DoorCounts, DoorQuery, Expected } from '#modules/meetings/door/presences.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface DoorPageProps {
  network: Network
  meeting: Meeting
  people: Expected[]
  next: string | null
  counts: DoorCounts
  query: DoorQuery
  organisations: string[]
  form: FormState
}

/** Read standing, on a phone, with a queue in front: the list first, one wide button for each. */
export function DoorPage(props: DoorPageProps) {
  const { network, meeting, people, counts, query, form } = props
  const { i18n, assets } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const closed = meeting.state === 'held'
  return (
    <NetworkLayout
      of={network}
      title={t('door.title', { meeting: meeting.title })}
      noIndex
      scripts={['wake.js']}
    >
      <div
        class="listing door"
        data-island={assets.url('door.js')}
        data-news={href('meetingPresences', here)}
        data-arrived={t('door.present')}
        data-undo={t('door.undo')}
        data-offline={t('door.offline')}
        data-absent={t('door.absent')}
      >
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('door.name')}</h1>
        <Counts {...props} />
        <nav class="door-ways" aria-label={t('door.ways')}>
          <a href="#walk-in">{t('door.walk-in')}</a>
          <a href={href('meetingPoster', here)}>{t('door.poster')}</a>
          <a href={href('meetingSheet', here)}>{t('sheet.name')}</a>
          <a href={href('meetingSheetEntry', here)}>{t('sheet.entry')}</a>
        </nav>
        {closed && <p class="notice">{t('door.closed')}</p>}
        <search>
          <form class="search" method="get" action={href('meetingDoor', here)}>
            <label class="visually-hidden" for="door-q">
              {t('door.search')}
            </label>
            <input
              id="door-q"
              type="search"
              name="q"
              value={query.q}
              placeholder={t('door.search')}
              maxLength={100}
              autocomplete="off"
              data-filter
            />
            {query.show !== 'all' && <input type="hidden" name="show" value={query.show} />}
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        <Filters {...props} />
        {people.length === 0 && <p>{query.q ? t('door.none-found') : t('door.none')}</p>}
        <ul class="door-list">
          {people.map(person => (
            <Line key={person.id} person={person} {...props} />
          ))}
        </ul>
        <MoreLink next={props.next} />
        <section id="walk-in" class="no-print">
          <h2>{t('door.walk-in')}</h2>
          {meeting.capacity !== null && counts.present >= meeting.capacity && (
            <p class="notice">{t('door.full', { capacity: meeting.capacity })}</p>
          )}
          <Form action={href('meetingWalkIns', here)} submit={t('door.let-in')} state={form}>
            <TextField
              name="name"
              label={t('door.walk-in.name')}
              state={form}
              required
              maxLength={200}
              autocomplete="off"
            />
            <TextField
              name="organisationName"
              label={t('attendance.column.organisation')}
              state={form}
              maxLength={200}
              list={props.organisations}
              autocomplete="off"
            />
            <TextField
              name="email"
              type="email"
              label={t('door.walk-in.email')}
              hint={t('door.walk-in.email.hint')}
              state={form}
              maxLength={254}
              autocomplete="off"
            />
          </Form>
        </section>
        {meeting.state === 'scheduled' && (
          <section>
            <h2>{t('door.closure')}</h2>
            <p>{t('door.closure.text', { count: counts.unseen })}</p>
            <div class="buttons">
              <ActionButton action={href('meetingClosure', here)} label={t('door.closure.button')} />
            </div>
          </section>
        )}
      </div>
    </NetworkLayout>
  )
}

function Counts({ counts, meeting }: DoorPageProps) {
  const { t, number } = useFrame().i18n
  return (
    <p class="door-count" aria-live="polite">
      <strong data-count="present">{number(counts.present)}</strong>{' '}
      <span>
        {t('door.of')} <span data-count="expected">{number(counts.expected)}</span> {t('door.expected')}
        {meeting.capacity !== null && ` · ${t('door.capacity', { capacity: meeting.capacity })}`}
      </span>
    </p>
  )
}

function Filters({ network, meeting, counts, query }: DoorPageProps) {
  const { t, locale, number } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const ways = [
    { show: 'all', label: t('door.everyone'), count: 'listed' },
    { show: 'expected', label: t('door.not-yet'), count: 'missing' },
    { show: 'present', label: t('door.there'), count: 'present' },
  ] as const
  return (
    <nav class="tags chosen" aria-label={t('list.filters')}>
      {ways.map(({ show, label, count }) => {
        const search = new URLSearchParams({
          ...(query.q && { q: query.q }),
          ...(show !== 'all' && { show }),
        })
        const on = (query.show ?? 'all') === show
        return (
          <a
            key={show}
            class={on ? 'tag on' : 'tag'}
            href={href('meetingDoor', here, search)}
            aria-current={on ? 'true' : undefined}
          >
            {label} <small data-count={count}>{number(counts[count])}</small>
          </a>
        )
      })}
    </nav>
  )
}

const checkNames: Record<Check, MessageKey> = {
  code: 'door.by.code',
  list: 'door.by.list',
  sheet: 'door.by.sheet',
  walk_in: 'door.by.walk-in',
  video: 'door.by.video',
}

function Line({ person, network, meeting, query }: DoorPageProps & { person: Expected }) {
  const { t, locale, clock } = useDoorWords(meeting)
  const here = { locale, network: network.slug, meeting: meeting.id }
  const back = new URLSearchParams({
    ...(query.q && { q: query.q }),
    ...(query.show && query.show !== 'all' && { show: query.show }),
    ...(query.after && { after: query.after }),
  })
  const { present } = person
  const notes = [
    person.state === 'waiting' && t('door.waiting'),
    person.attends === 'video' && t('door.video'),
    person.guestOf && t('door.guest-of', { name: person.guestOf }),
    person.photoConsent === false && t('door.no-photos'),
  ].filter(Boolean)
  return (
    <li
      id={`r-${person.id}`}
      data-present={present === null ? undefined : String(present)}
      data-registration={person.id}
    >
      <div>
        <span class="who">{person.name}</span>
        {person.organisation && <small>{person.organisation}</small>}
        {notes.length > 0 && <small class="door-notes">{notes.join(' · ')}</small>}
        {person.accessNeeds && (
          <small class="door-needs">
            {t('door.needs')} {person.accessNeeds}
          </small>
        )}
        <small data-said>
          {present === true &&
            person.checkedBy &&
            `${t(checkNames[person.checkedBy])}${person.arrivedAt ? ` · ${clock(person.arrivedAt)}` : ''}`}
          {present === false && t('door.absent')}
        </small>
      </div>
      <form method="post" action={href('meetingPresences', here, back)} data-presence>
        <input type="hidden" name="registration" value={person.id} />
        <input type="hidden" name="by" value={person.attends === 'video' ? 'video' : 'list'} />
        {present === true ? (
          <button
            type="submit"
            name="present"
            value={person.checkedBy === 'walk_in' || meeting.state !== 'held' ? 'unknown' : 'no'}
            class="quiet"
          >
            <span aria-hidden="true">✓ </span>
            {t('door.undo')}
            <span class="visually-hidden"> {person.name}</span>
          </button>
        ) : (
          <button type="submit" name="present" value="yes" class="button">
            {person.state === 'waiting' ? t('door.let-in') : t('door.present')}
            <span class="visually-hidden"> {person.name}</span>
          </button>
        )}
      </form>
    </li>
  )
}

function useDoorWords({ timeZone }: Meeting) {
  const { t, locale } = useFrame().i18n
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
  })
  return { t, locale, clock: (at: Date) => format.format(at) }
}
