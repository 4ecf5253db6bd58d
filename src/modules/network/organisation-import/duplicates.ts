import { nearNames } from '#modules/network/organisation-import/near-names.ts'
import {
  foldedWords,
  sharedMailDomains,
  sharedWebDomains,
  weightlessWords,
} from '#modules/network/organisation-import/words.ts'
import type { Identifier } from '#modules/network/organisations/identifiers.ts'

/** What an organisation is recognised by. */
export interface Recognised {
  name: string
  /** As the network compares names, which no two of it share. */
  plain: string
  town: string
  website: string | null
  identifiers: readonly Identifier[]
  /** Its own address and those of its people. */
  emails: readonly string[]
}

export type Reason =
  | { code: 'identifier'; scheme: string; value: string }
  | { code: 'name' }
  | { code: 'siren'; value: string }
  /** `town` is '' where one of the two says none. */
  | { code: 'near-name'; percent: number; town: string }
  | { code: 'website'; domain: string }
  | { code: 'email'; domain: string }

export interface Proposal<Key> {
  key: Key
  reasons: Reason[]
  /** There can be no doubt: a register's number, or the name itself, which no two of a network share. */
  certain: boolean
}

export const mostProposals = 5

/** What more organisations than this have in common says nothing of any of them. */
const mostAlike = 25

/**
 * Who is who: each of the file is compared with those known and with those before it in the file. By keys, so that the
 * time grows with the number of organisations and not with that of pairs.
 * @param known those of the network
 * @param coming the names of those that will be taken
 */
export function openDuplicates<Key extends string | number>(
  known: readonly (readonly [Key, Recognised])[],
  coming: readonly string[],
): {
  /** Those it may be, the likeliest first; afterwards it is known itself. */
  take(key: Key, one: Recognised): Proposal<Key>[]
} {
  const exact = new Map<string, Key[]>()
  const names = nearNames<Key>([...known.map(([, { name }]) => coreName(name)), ...coming.map(coreName)])
  /** Of those that have any, their numbers. */
  const numbers = new Map<Key, Identifier[]>()
  const learn = (key: Key, one: Recognised, own = companyNumbers(one)) => {
    if (own.length > 0) numbers.set(key, own)
    for (const { text } of keysOf(one)) {
      const others = exact.get(text)
      if (others) others.push(key)
      else exact.set(text, [key])
    }
    names.add(key, coreName(one.name), foldedWords(one.town))
  }
  for (const [key, one] of known) learn(key, one)
  return {
    take(key, one) {
      const found = new Map<Key, Reason[]>()
      const add = (other: Key, reason: Reason) => {
        const reasons = found.get(other)
        if (!reasons) found.set(other, [reason])
        else if (
          !reasons.some(
            ({ code }) => code === reason.code || (code === 'identifier' && reason.code === 'siren'),
          )
        )
          reasons.push(reason)
      }
      for (const { text, reason } of keysOf(one)) {
        const others = exact.get(text) ?? []
        if (others.length > mostAlike && !isCertain(reason)) continue
        for (const other of others.slice(0, mostAlike)) add(other, reason)
      }
      const town = foldedWords(one.town)
      const own = companyNumbers(one)
      const another = (other: Key) => areTwo(own, numbers.get(other))
      for (const { key: other, likeness, sameTown } of names.find(coreName(one.name), town, another)) {
        if (!found.get(other)?.some(({ code }) => code === 'name'))
          add(other, {
            code: 'near-name',
            percent: Math.floor(likeness * 100),
            town: sameTown ? one.town : '',
          })
      }
      learn(key, one, own)
      return [...found]
        .map(([other, reasons]) => ({ key: other, reasons, certain: reasons.some(isCertain) }))
        .sort((a, b) => weight(b.reasons) - weight(a.reasons))
        .slice(0, mostProposals)
    },
  }
}

function isCertain({ code }: Reason): boolean {
  return code === 'identifier' || code === 'name'
}

const weights: Record<Reason['code'], number> = {
  identifier: 100,
  name: 60,
  siren: 20,
  'near-name': 10,
  website: 8,
  email: 6,
}

function weight(reasons: Reason[]): number {
  return reasons.reduce((sum, { code }) => sum + weights[code], 0)
}

/** By what it is found at once. A number that says itself which company it is, says so whatever else it says. */
function keysOf(one: Recognised): { text: string; reason: Reason }[] {
  const keys: { text: string; reason: Reason }[] = [{ text: `name ${one.plain}`, reason: { code: 'name' } }]
  const companies = new Set<string>()
  for (const { scheme, value } of one.identifiers) {
    if (scheme !== 'other')
      keys.push({ text: `${scheme} ${value}`, reason: { code: 'identifier', scheme, value } })
    const company = sirenIn({ scheme, value })
    if (company) companies.add(company)
  }
  for (const value of companies) keys.push({ text: `company ${value}`, reason: { code: 'siren', value } })
  const domain = webDomain(one.website)
  if (domain) keys.push({ text: `web ${domain}`, reason: { code: 'website', domain } })
  for (const domain of new Set(one.emails.map(mailDomain).filter(name => name !== null)))
    keys.push({ text: `mail ${domain}`, reason: { code: 'email', domain } })
  return keys
}

/** Nearly as the network compares names, capitals and accents aside: to tell people what may be the same. */
export function plainName(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}

/** Without forms of law and articles; of a name made of nothing else, all of it. */
export function coreName(name: string): string {
  const words = foldedWords(name.replace(/(?<=\b\p{L})\.(?=\p{L}\b|\s|$)/gu, '')).split(' ')
  const core = words.filter(word => !weightlessWords.has(word))
  return (core.length > 0 ? core : words).join(' ')
}

/** By what registers tell one company from another: of a place of work, that of its company. */
function companyNumbers({ identifiers }: Recognised): Identifier[] {
  return identifiers.flatMap(number => {
    const siren = sirenIn(number)
    if (siren) return [{ scheme: 'siren' as const, value: siren }]
    // The first eight signs are the company's, all others those of its place (Receita Federal).
    if (number.scheme === 'cnpj') return [{ ...number, value: number.value.slice(0, 8) }]
    return number.scheme === 'other' ? [] : [number]
  })
}

/** One register knows both, by two numbers, and none knows them by the same. Asked of very many: without a list of its own. */
function areTwo(own: readonly Identifier[], others: readonly Identifier[] = []): boolean {
  let two = false
  for (const { scheme, value } of own)
    for (const other of others) {
      if (scheme !== other.scheme) continue
      if (value === other.value) return false
      two = true
    }
  return two
}

function sirenIn({ scheme, value }: Identifier): string | null {
  if (scheme === 'siren') return value
  if (scheme === 'siret') return value.slice(0, 9)
  return scheme === 'vat' && /^FR..\d{9}$/.test(value) ? value.slice(4) : null
}

function webDomain(website: string | null): string | null {
  if (!website) return null
  const host = /^https?:\/\/([^/:?#]+)/i
    .exec(website)?.[1]
    ?.toLowerCase()
    .replace(/^www\d?\./, '')
  if (!host || sharedWebDomains.has(host) || sharedWebDomains.has(host.split('.').slice(-2).join('.')))
    return null
  return host
}

function mailDomain(address: string): string | null {
  const domain = address.split('@')[1]?.toLowerCase()
  return domain && !sharedMailDomains.has(domain) ? domain : null
}
