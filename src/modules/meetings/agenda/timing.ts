/**
 * When each item begins: after those before it, which have their minutes. After one that takes as long as it takes, nobody
 * knows.
 */
export function timed<Item extends { minutes: number | null }>(
  items: readonly Item[],
  startsAt: Date,
): (Item & { startsAt: Date | null })[] {
  let at: number | null = startsAt.getTime()
  return items.map(item => {
    const begins: Date | null = at === null ? null : new Date(at)
    at = at === null || item.minutes === null ? null : at + item.minutes * 60_000
    return { ...item, startsAt: begins }
  })
}

/** By how many minutes the items together are longer than the meeting; 0 where they fit. */
export function minutesOver(
  items: readonly { minutes: number | null }[],
  startsAt: Date,
  endsAt: Date,
): number {
  const planned = items.reduce((sum, { minutes }) => sum + (minutes ?? 0), 0)
  return Math.max(0, planned - Math.round((endsAt.getTime() - startsAt.getTime()) / 60_000))
}
