/**
 * Binds what French keeps on one line: two-part signs and quotes to their words, thousands to hundreds, units to
 * numbers. Spaces become U+00A0, and nothing else changes.
 */
export function bindFrench(text: string): string {
  return text
    .replace(/ (?=[:;!?»]+(?=[\s.,)]|$))/g, '\u00a0')
    .replace(/(?<=«) /g, '\u00a0')
    .replace(/(?<=(?<!\d)\d{1,3}) (?=\d{3}(?!\d))/g, '\u00a0')
    .replace(/(?<=\d) (?=[%€°])/g, '\u00a0')
}

/** A text as its language sets it. */
export function typeset(text: string, language: string | null): string {
  return language === 'fr' ? bindFrench(text) : text
}
