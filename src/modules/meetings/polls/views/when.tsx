import { useFrame } from '#ui/frame.ts'

/**
 * When something is, by the clocks of its place; for a reader whose clocks show another time, also by theirs.
 * @param readerZone null where it is not known
 */
export function When(props: {
  startsAt: Date
  endsAt: Date
  timeZone: string
  readerZone: string | null
  /** Said once for a whole list: which zone that is. */
  zoned?: boolean
}) {
  const { i18n } = useFrame()
  const { startsAt, endsAt, timeZone, readerZone } = props
  return (
    <>
      <time datetime={startsAt.toISOString()}>{i18n.period(startsAt, endsAt, timeZone)}</time>
      {props.zoned && <small> ({i18n.zone(timeZone)})</small>}
      {readerZone !== null && differ(startsAt, timeZone, readerZone) && (
        <small class="elsewhere">
          {i18n.t('poll.your-time', {
            when: i18n.period(startsAt, endsAt, readerZone),
            zone: i18n.zone(readerZone),
          })}
        </small>
      )}
    </>
  )
}

/** Whether the clocks of two zones show different times at a moment. */
function differ(at: Date, one: string, other: string): boolean {
  const shown = (timeZone: string) => at.toLocaleString('en-GB', { timeZone })
  return one !== other && shown(one) !== shown(other)
}
