/** Public holidays of France (Code du travail, L3133-1), reckoned here and not by what is tested. */
export function holidaysOfFrance(year: number): string[] {
  const easter = easterOf(year)
  const fixed = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25']
  const moving = [1, 39, 50].map(days => new Date(easter + days * 86_400_000).toISOString().slice(0, 10))
  return [...fixed.map(day => `${year}-${day}`), ...moving]
}

/** Oudin’s algorithm, as the Explanatory Supplement to the Astronomical Almanac gives it. */
function easterOf(year: number): number {
  const whole = Math.floor
  const century = whole(year / 100)
  const golden = year % 19
  const correction = whole((century - 17) / 25)
  const moon = (century - whole(century / 4) - whole((century - correction) / 3) + 19 * golden + 15) % 30
  const full = moon - whole(moon / 28) * (1 - whole(29 / (moon + 1)) * whole((21 - golden) / 11))
  const weekday = (year + whole(year / 4) + full + 2 - century + whole(century / 4)) % 7
  const from = full - weekday
  const month = 3 + whole((from + 40) / 44)
  return Date.UTC(year, month - 1, from + 28 - 31 * whole(month / 4))
}
