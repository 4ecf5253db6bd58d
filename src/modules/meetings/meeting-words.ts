import type { Meeting } from '#modules/meetings/meetings.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

/** When a meeting is, as the clocks of its place show it, with the zone: for mails, which are read anywhere. */
export function whenOf(i18n: I18n, meeting: Pick<Meeting, 'startsAt' | 'endsAt' | 'timeZone'>): string {
  const { startsAt, endsAt, timeZone } = meeting
  return `${i18n.period(startsAt, endsAt, timeZone)} (${i18n.zone(timeZone)})`
}

/** Where it is: a place, by video, or either. */
export function whereOf(
  { t }: I18n,
  meeting: Pick<Meeting, 'place' | 'address' | 'hasVideo' | 'hostOrganisation'>,
): string {
  const named = [meeting.place, meeting.address].filter(Boolean)
  const place = (named.length > 0 ? named : [meeting.hostOrganisation?.name ?? '']).filter(Boolean).join(', ')
  if (meeting.hasVideo) return place ? t('meetings.where.both', { place }) : t('meetings.where.video')
  return place || t('meetings.where.open')
}
