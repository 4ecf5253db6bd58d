import { href } from '#http/routes.ts'
import type { ListedMeeting } from '#modules/meetings/meetings.ts'
import { MeetingCard } from '#modules/meetings/views/meeting-card.tsx'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** What of the meetings is asked for, as its address has it. */
export interface MeetingsSearch {
  q: string
  when: 'coming' | 'past'
  /** `2027-03`: a whole month, in its order. */
  month: string | null
  group: { id: string; slug: string; name: string } | null
}

export interface MeetingsPageProps {
  network: Network
  search: MeetingsSearch
  meetings: ListedMeeting[]
  next: string | null
  /** Those with meetings, to choose from. */
  groups: { id: string; slug: string; name: string }[]
  mayMake: boolean
  /** Whether the reader is at home in the network. */
  inside: boolean
  /** This month, where the network is. */
  now: string
}

export function MeetingsPage(props: MeetingsPageProps) {
  const { network, search, meetings, mayMake, inside } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('meetings.name')} description={t('meetings.lede')}>
      <div class="listing meetings">
        <h1>{t('meetings.name')}</h1>
        {(mayMake || inside) && (
          <p class="buttons">
            {mayMake && (
              <>
                <a class="button" href={href('newMeeting', here, groupSearch(search))}>
                  {t('meetings.new')}
                </a>
                <a class="button quiet" href={href('newDatePoll', here)}>
                  {t('meetings.find-date')}
                </a>
                <a class="button quiet" href={href('newMeetingSeries', here)}>
                  {t('meetings.new-series')}
                </a>
              </>
            )}
            {inside && (
              <a class="button quiet" href={href('ownMeetings', here)}>
                {t('meetings.own')}
              </a>
            )}
            {inside && (
              <a class="button quiet" href={href('attendance', here)}>
                {t('attendance.name')}
              </a>
            )}
          </p>
        )}
        <search>
          <form class="search" method="get" action={href('meetings', here)}>
            <label class="visually-hidden" for="q">
              {t('meetings.search')}
            </label>
            <input
              id="q"
              type="search"
              name="q"
              value={search.q}
              placeholder={t('meetings.search')}
              maxLength={200}
            />
            {[...asSearch({ ...search, q: '' })].map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        <Filters {...props} />
        {search.month && <Months {...props} month={search.month} />}
        {meetings.length === 0 ? (
          <p class="empty">
            {search.q || search.group
              ? t('meetings.none-found')
              : search.when === 'past'
                ? t('meetings.none-past')
                : t('meetings.none')}{' '}
            {mayMake && <a href={href('newMeeting', here, groupSearch(search))}>{t('meetings.new')}</a>}
          </p>
        ) : (
          <ul class="meeting-list">
            {meetings.map(meeting => (
              <MeetingCard key={meeting.id} meeting={meeting} network={network} />
            ))}
          </ul>
        )}
        <MoreLink next={props.next} />
        <p>
          <a href={href('afterworks', here)}>{t('afterworks.from-meetings')}</a>
        </p>
        <Subscription {...props} />
      </div>
    </NetworkLayout>
  )
}

function Filters({ network, search, groups, now }: MeetingsPageProps) {
  const { t, locale } = useFrame().i18n
  const leading = (change: Partial<MeetingsSearch>) =>
    href('meetings', { locale, network: network.slug }, asSearch({ ...search, ...change }))
  const whens = [
    {
      label: t('meetings.coming'),
      on: !search.month && search.when === 'coming',
      to: leading({ when: 'coming', month: null }),
    },
    {
      label: t('meetings.past'),
      on: !search.month && search.when === 'past',
      to: leading({ when: 'past', month: null }),
    },
    {
      label: t('meetings.by-month'),
      on: search.month !== null,
      to: leading({ when: 'coming', month: search.month ?? now }),
    },
  ]
  return (
    <>
      <nav class="tags chosen" aria-label={t('list.filters')}>
        {whens.map(({ label, on, to }) => (
          <a key={label} class={on ? 'tag on' : 'tag'} href={to} aria-current={on ? 'true' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {groups.length > 0 && (
        <details class="group-choice" open={search.group !== null}>
          <summary>
            {search.group ? t('meetings.of-group', { group: search.group.name }) : t('meetings.by-group')}
          </summary>
          <nav class="tags chosen" aria-label={t('meetings.by-group')}>
            {search.group && (
              <a class="tag" href={leading({ group: null })}>
                {t('meetings.all-groups')}
              </a>
            )}
            {groups.map(group => (
              <a
                key={group.id}
                class={group.id === search.group?.id ? 'tag on' : 'tag'}
                aria-current={group.id === search.group?.id ? 'true' : undefined}
                href={leading({ group })}
              >
                {group.name}
              </a>
            ))}
          </nav>
        </details>
      )}
    </>
  )
}

function Months({ network, search, month }: MeetingsPageProps & { month: string }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const leading = (to: string) =>
    href('meetings', { locale, network: network.slug }, asSearch({ ...search, month: to }))
  const named = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const nameOf = (one: string) => named.format(new Date(`${one}-15T12:00:00Z`))
  const [before, after] = [monthBeside(month, -1), monthBeside(month, 1)]
  return (
    <nav class="months" aria-label={t('meetings.by-month')}>
      <a rel="prev" href={leading(before)}>
        ← {nameOf(before)}
      </a>
      <h2>{nameOf(month)}</h2>
      <a rel="next" href={leading(after)}>
        {nameOf(after)} →
      </a>
    </nav>
  )
}

function Subscription({ network, search, inside }: MeetingsPageProps) {
  const { i18n, origin } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  if (inside)
    return (
      <p class="subscription">
        <a href={`${href('ownMeetings', here)}#calendar`}>{t('meetings.subscribe.own')}</a>
      </p>
    )
  const address = origin + href('publicCalendar', { ...here, file: `${search.group?.slug ?? 'public'}.ics` })
  return (
    <p class="subscription">
      <a href={address.replace(/^https?:/, 'webcal:')}>{t('meetings.subscribe.public')}</a>{' '}
      <small>{address}</small>
    </p>
  )
}

export function asSearch({ q, when, month, group }: MeetingsSearch): URLSearchParams {
  const search = new URLSearchParams()
  if (q) search.set('q', q)
  if (month) search.set('month', month)
  else if (when === 'past') search.set('when', when)
  if (group) search.set('group', group.slug)
  return search
}

export function monthBeside(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7)
}

function groupSearch({ group }: MeetingsSearch): URLSearchParams | undefined {
  return group ? new URLSearchParams({ group: group.slug }) : undefined
}
