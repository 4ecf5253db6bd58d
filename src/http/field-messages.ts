import { type ZodError, z } from 'zod'
import type { FieldError } from '#kernel/errors.ts'
import type { Locale } from '#kernel/locale.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

/**
 * What a schema found wrong, in the reader's language: by the message whose key the schema names, else as zod says it.
 * @param given what was read by the schema, for messages that name the type of a value
 */
export function fieldErrors(i18n: I18n, { issues }: Pick<ZodError, 'issues'>, given: unknown): FieldError[] {
  return issues.map(issue => {
    const input = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown>)?.[key],
      given,
    )
    const said = wordsOf(i18n.locale)({ ...issue, input } as z.core.$ZodRawIssue)
    return {
      field: issue.path.join('.'),
      message: i18n.maybe(issue.message, typeof said === 'string' ? said : (said?.message ?? '')),
    }
  })
}

type Words = (issue: z.core.$ZodRawIssue) => string | { message: string } | null | undefined

const known = new Map<Locale, Words>()

function wordsOf(locale: Locale): Words {
  const words = known.get(locale) ?? z.locales[locale]().localeError ?? (() => undefined)
  known.set(locale, words)
  return words
}
