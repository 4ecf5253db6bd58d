import type { FacetKind } from '#modules/commons/facets.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { countryName } from '#reference/countries.ts'
import { sdgName } from '#reference/sdgs.ts'

/** A facet's value as the reader calls it. */
export function facetLabel(i18n: I18n, kind: FacetKind, key: string, label = key): string {
  switch (kind) {
    case 'type':
      return i18n.maybe(`commons.type.${key}`, key)
    case 'stage':
      return i18n.maybe(`commons.stage.${key}`, key)
    case 'horizon':
      return i18n.maybe(`commons.horizon.${key}`, key)
    case 'country':
      return /^[A-Z]{2}$/.test(key) ? countryName(key, i18n.locale) : key
    case 'sdg':
      return /^(?:[1-9]|1[0-7])$/.test(key) ? `${key}. ${sdgName(Number(key), i18n.locale)}` : key
    case 'language':
      return /^[a-z]{2,3}$/.test(key) ? i18n.language(key) : key
    default:
      return label
  }
}

export function typeName(i18n: I18n, type: string | null): string {
  return type ? i18n.maybe(`commons.type.${type}`, type) : i18n.t('commons.type.none')
}

/** What was typed, to stand between quotation marks: a phrase that brings its own is not quoted twice. */
export function wordsSaid(typed: string): string {
  return /^["«“„]\s*([^"«»“”„]+?)\s*["»”]$/.exec(typed.trim())?.[1] ?? typed
}

/** The language of a text, for those who read the site in another: at most one phrase. */
export function writtenIn(i18n: I18n, language: string | null): string[] {
  if (!language || language === i18n.locale || !/^[a-z]{2,3}$/.test(language)) return []
  return [i18n.t('commons.item.language', { language: i18n.language(language) })]
}
