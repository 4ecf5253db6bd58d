import { href } from '#http/routes.ts'
import { localTime } from '#modules/meetings/local-time.ts'
import type { ListedMeeting } from '#modules/meetings/meetings.ts'
import { stateNames, visibilityNames } from '#modules/meetings/views/names.ts'
import { useFrame } from '#ui/frame.ts'

type Shown = Pick<
  ListedMeeting,
  | 'id'
  | 'title'
  | 'group'
  | 'startsAt'
  | 'endsAt'
  | 'timeZone'
  | 'place'
  | 'hasVideo'
  | 'hostOrganisation'
  | 'hostState'
  | 'state'
  | 'visibility'
  | 'places'
  | 'registered'
>

/** A meeting in a list: when, what, where, and what the reader is to it. */
export function MeetingCard({
  meeting,
  network,
}: {
  meeting: Shown
  network: { slug: string; timeZone?: string }
}) {
  const { i18n, viewer } = useFrame()
  const { t, locale } = i18n
  const { startsAt, endsAt, timeZone, state, places, registered } = meeting
  const elsewhere = timeZone !== (viewer?.timeZone ?? network.timeZone ?? timeZone)
  const where = [
    meeting.place || meeting.hostOrganisation?.name,
    meeting.hasVideo && t('meetings.by-video'),
  ].filter(Boolean)
  return (
    <li class={`meeting-card ${state}`}>
      <DayLeaf at={startsAt} timeZone={timeZone} />
      <div>
        <a class="who" href={href('meeting', { locale, network: network.slug, meeting: meeting.id })}>
          {meeting.title}
        </a>
        <small class="when">
          <time dateTime={startsAt.toISOString()}>{i18n.period(startsAt, endsAt, timeZone)}</time>
          {elsewhere && ` (${i18n.zone(timeZone)})`}
          {where.length > 0 && ` · ${where.join(' · ')}`}
        </small>
        <small class="about">
          {meeting.group && <span>{meeting.group.name}</span>}
          {state !== 'scheduled' && state !== 'held' && <strong class="state">{t(stateNames[state])}</strong>}
          {meeting.hostState === 'sought' && (state === 'scheduled' || state === 'draft') && (
            <strong class="state">{t('meetings.host.sought')}</strong>
          )}
          {registered && endsAt > new Date() && (
            <strong class="yours">
              {registered === 'waiting' ? t('meetings.you.wait') : t('meetings.you.come')}
            </strong>
          )}
          {state === 'scheduled' && places.left === 0 && endsAt > new Date() && (
            <span>{t('meetings.full')}</span>
          )}
          {meeting.visibility === 'group' && <span>{t(visibilityNames.group)}</span>}
        </small>
      </div>
    </li>
  )
}

/** The day, as a leaf of a calendar shows it. */
export function DayLeaf({ at, timeZone }: { at: Date; timeZone: string }) {
  const { i18n } = useFrame()
  const { day } = localTime(at, timeZone)
  return (
    <span class="day-leaf" aria-hidden="true">
      <b>{Number(day.slice(8))}</b>
      {i18n.month(at, timeZone)}
    </span>
  )
}
