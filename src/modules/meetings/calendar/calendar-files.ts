import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { plainText } from '#platform/markdown/index.ts'

/** Of what it is about: the rest is on its page. */
const mostWords = 500

/** A meeting as calendars have it. */
export interface CalendarEvent
  extends Pick<
    Meeting,
    | 'id'
    | 'title'
    | 'about'
    | 'startsAt'
    | 'endsAt'
    | 'place'
    | 'address'
    | 'latitude'
    | 'longitude'
    | 'videoUrl'
    | 'sequence'
    | 'state'
    | 'linkOrigin'
  > {
  /** Of its page. */
  url: string
  updatedAt: Date
}

export interface CalendarFile {
  method: 'PUBLISH' | 'REQUEST' | 'CANCEL'
  /** Of the calendar, as programs list it. */
  name: string
  /** The network: whoever answers a file writes to it. */
  organiser: { name: string; email: string }
  /** To whom a request or its end is sent. */
  attendee?: { name: string; email: string }
  /** Where a feed is read, and how often it may be. */
  source?: string
}

/**
 * A calendar file (RFC 5545, RFC 5546). The UID of a meeting never changes and its SEQUENCE grows, so that calendars put the
 * new in the place of the old; times are in UTC, which no calendar can misread (decision 0056).
 */
export function calendarFile(events: CalendarEvent[], file: CalendarFile): string {
  const calendar = ical({
    prodId: { company: 'Cordée', product: 'Cordée', language: 'FR' },
    name: file.name,
    method: ICalCalendarMethod[file.method],
    ...(file.source && { source: file.source, ttl: 3600 }),
  })
  for (const event of events) {
    const { place, address, latitude, longitude, videoUrl } = event
    const where = [place, address].filter(Boolean).join(', ') || videoUrl
    calendar.createEvent({
      id: uidOf(event),
      sequence: event.sequence,
      stamp: event.updatedAt,
      lastModified: event.updatedAt,
      start: event.startsAt,
      end: event.endsAt,
      summary: event.title,
      description: {
        plain: [videoUrl, plainText(event.about, mostWords), event.url].filter(Boolean).join('\n\n'),
      },
      ...(where && {
        location:
          latitude !== null && longitude !== null
            ? { title: where, geo: { lat: latitude, lon: longitude } }
            : { title: where },
      }),
      url: event.url,
      status: event.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      // A meeting that will not be takes up nobody's time.
      transparency:
        event.state === 'cancelled' ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
      organizer: { name: file.organiser.name, email: file.organiser.email },
      attendees: file.attendee
        ? [
            {
              ...file.attendee,
              role: ICalAttendeeRole.REQ,
              // Who comes is said in the meeting, not by answering a file.
              status: file.method === 'CANCEL' ? ICalAttendeeStatus.DECLINED : ICalAttendeeStatus.ACCEPTED,
              rsvp: false,
            },
          ]
        : [],
    })
  }
  return calendar.toString()
}

export function uidOf({ id, linkOrigin }: Pick<Meeting, 'id' | 'linkOrigin'>): string {
  return `${id}@${new URL(linkOrigin).hostname}`
}

/** Who sends: the network's own address, else one of the site's that nobody reads. */
export function organiserOf(
  network: { name: string; contactEmail: string | null },
  linkOrigin: string,
): CalendarFile['organiser'] {
  return { name: network.name, email: network.contactEmail ?? `noreply@${new URL(linkOrigin).hostname}` }
}
