/** Whether the name is one of the IANA time zone database, as this program knows it. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Names to propose; others, like aliases, are understood too. */
export function timeZones(): string[] {
  return Intl.supportedValuesOf('timeZone')
}
