import type { Locale } from '#kernel/locale.ts'
import type { Affiliation } from '#modules/network/affiliations/affiliations.ts'
import type { Side } from '#modules/network/affiliations/schema.ts'
import { inLanguage } from '#modules/network/networks.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** What the other network is to this one, by which of the two this one is. */
export const sideNames: Record<Side, MessageKey> = {
  member: 'affiliations.side.member',
  parent: 'affiliations.side.parent',
}

/** What waits, by who asked and by which of the two this network would be. */
export const waitingNames: Record<'asked' | 'given', Record<Side, MessageKey>> = {
  asked: { member: 'affiliations.asked.member', parent: 'affiliations.asked.parent' },
  given: { member: 'affiliations.given.member', parent: 'affiliations.given.parent' },
}

/** The other network's name, or its address as long as no more of it is known. */
export function nameOf({ other, address }: Affiliation, locale: Locale): string {
  return other ? inLanguage(other.name, locale, other.locale).text : address
}
