/**
 * A calendar that asks for answers or cancels speaks of one UID (RFC 5546, 3.2.2 and 3.2.5): of several, programs take the
 * first and leave the rest. So each UID gets a file of its own, time zones and all.
 * @param content a whole calendar, as it goes over the wire
 * @returns files in the order of their first event; one that speaks of a single UID as it is
 */
export function calendarFilesOf(content: string): string[] {
  const [first, ...rest] = content.split(/^(?=BEGIN:VEVENT\r?$)/m)
  if (first === undefined || rest.length < 2) return [content]
  const events: string[] = []
  let end = ''
  for (const part of rest) {
    const [event = '', ...after] = part.split(/(?<=^END:VEVENT\r?\n)/m)
    events.push(event)
    end = after.join('')
  }
  const byUid = Map.groupBy(events, uidOf)
  if (byUid.size === 1) return [content]
  return Array.from(byUid.values(), own => first + own.join('') + end)
}

/** Long lines are folded (RFC 5545, 3.1). */
function uidOf(event: string): string {
  return /^UID[:;](.*)$/im.exec(event.replace(/\r?\n[ \t]/g, ''))?.[1]?.trim() ?? ''
}
