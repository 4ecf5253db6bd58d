import type { I18n } from '#platform/i18n/i18n.ts'

/** What an import could not understand, and what can be done about it, in the reader's language. */
export function problemMessage(i18n: I18n, code: string, detail: Record<string, string | number>): string {
  return i18n.maybe(`commons.problem.${code}`, code, detail)
}
