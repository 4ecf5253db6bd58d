import type { Locale } from '#kernel/locale.ts'

/**
 * Where to lead on after signing in, if that is a page of this site: a path that begins with one slash. Two slashes, or
 * one and a backslash, which browsers take for the same, would lead to another site; so would a line break that they
 * leave out.
 */
export function safeNext(asked: string | null | undefined): string | null {
  if (!asked || asked === '/' || asked.length > 2000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(asked)) return null
  const url = URL.parse(asked, 'http://localhost')
  if (url?.origin !== 'http://localhost') return null
  const to = url.pathname + url.search
  // Of `/.//` and `/x/..//`, once read, two slashes are left at the beginning.
  return to === '/' || to.startsWith('//') ? null : to
}

/** The query of a page that leads on to another. */
export function leading(next: string | null | undefined): URLSearchParams {
  const safe = safeNext(next)
  return new URLSearchParams(safe ? { next: safe } : {})
}

/** Where whoever came in is led: on to where they wanted to go, or to the front page in their language. */
export function landing(next: string | null | undefined, locale: Locale): string {
  return safeNext(next) ?? `/${locale}`
}

/** Where the library leads those who signed up by a provider: no page, but a sign for the one who takes them from there. */
export const newcomerPath = '/api/auth/newcomer'
