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
  /** UID of the first date of its series; null for that one, and for what is of none. */
  sibling: string | null
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
export function calendarFile(events: readonly CalendarEvent[], file: CalendarFile): string {
  const end = 'END:VCALENDAR'
  const frame = calendarOf(file).toString()
  const parts = events.map(event => (file.attendee ? written(event, file) : writtenOnce(event, file)))
  return frame.slice(0, frame.lastIndexOf(end)) + parts.join('') + frame.slice(frame.lastIndexOf(end))
}

/** Feeds are asked for every hour, for each of their readers, and most of what is in them is as it was. */
const kept = new Map<string, string>()
const mostKept = 5_000

function writtenOnce(event: CalendarEvent, file: CalendarFile): string {
  // All that is in it: what is kept cannot be of another time, nor of another reader.
  const key = [
    ...[event.id, event.sequence, event.state, event.title, event.about, event.place, event.address],
    ...[event.startsAt.getTime(), event.endsAt.getTime(), event.updatedAt.getTime()],
    ...[event.latitude, event.longitude, event.videoUrl, event.url, event.linkOrigin, event.sibling],
    ...[file.organiser.name, file.organiser.email, file.method],
  ].join('\0')
  let text = kept.get(key)
  if (text === undefined) {
    text = written(event, file)
    if (kept.size >= mostKept) kept.clear()
    kept.set(key, text)
  }
  return text
}

/** One event, from BEGIN:VEVENT to END:VEVENT. */
function written(event: CalendarEvent, file: CalendarFile): string {
  const calendar = calendarOf(file)
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
  const text = calendar.toString()
  const begin = 'BEGIN:VEVENT\r\n'
  const part = text.slice(text.indexOf(begin), text.lastIndexOf('END:VCALENDAR'))
  if (event.sibling === null) return part
  // The dates of a series name the first one (RFC 5545, 3.8.4.5): ical-generator has no word for it.
  return `${begin}${folded(`RELATED-TO;RELTYPE=SIBLING:${event.sibling}`)}\r\n${part.slice(begin.length)}`
}

function calendarOf(file: CalendarFile) {
  return ical({
    prodId: { company: 'Cordée', product: 'Cordée', language: 'FR' },
    name: file.name,
    method: ICalCalendarMethod[file.method],
    ...(file.source && { source: file.source, ttl: 3600 }),
  })
}

/** No line of more than 75 octets; ids and names of hosts are ASCII. */
function folded(line: string): string {
  return (line.match(/.{1,74}/g) ?? []).join('\r\n ')
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
