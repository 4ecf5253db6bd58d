import { href } from '#http/routes.ts'
import type { Facts } from '#modules/commons/format/facts.ts'
import { type Item, readItem } from '#modules/commons/items.ts'
import { licenceAddress } from '#modules/commons/licences/licences.ts'
import { blocksOfPage, type Surroundings } from '#modules/commons/publication/page-blocks.ts'
import { type OwnPictures, pictureAt } from '#modules/commons/publication/pictures.ts'
import { typeset } from '#modules/commons/views/typography.ts'
import { facetLabel, typeName } from '#modules/commons/views/words.ts'
import { inLanguage, type Network } from '#modules/network/index.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import type { Fact, Manuscript, Run } from '#platform/typesetting/index.ts'

/** For whom, and from where, something is published. */
export interface Publishing {
  network: Network
  i18n: I18n
  /** With what the addresses of the site begin. */
  origin: string
  pictures: OwnPictures
}

/** One item as a document: its facts before its text, its address and version on the first page. */
export async function itemManuscript(item: Item, publishing: Publishing): Promise<Manuscript> {
  const { network, i18n } = publishing
  const { t } = i18n
  const { page, facts } = readItem(item)
  const address = addressOf(item.slug, publishing)
  return {
    ...frameOf(publishing),
    title: typeset(facts.title, item.language),
    kicker: typeName(i18n, item.type),
    lede: '',
    date: item.updatedAt.toISOString().slice(0, 10),
    language: item.language,
    cover: null,
    facts: factsShown(facts, i18n, item.language),
    imprint: [
      [
        {
          text: t('commons.publication.version', {
            number: item.version,
            day: i18n.day(item.updatedAt, network.timeZone),
          }),
        },
      ],
      [{ text: address, link: address }],
    ],
    footer: t('commons.publication.footer', { title: nameOf(network, i18n), number: item.version }),
    blocks: await blocksOfPage(page, {
      title: facts.title,
      under: 0,
      language: item.language,
      surroundings: surroundingsOf(publishing),
    }),
    pictures: Object.fromEntries(publishing.pictures),
  }
}

/** What is known of an item beside its text, in the words of whoever reads. */
export function factsShown(facts: Facts, i18n: I18n, language: string | null): Fact[] {
  const { t } = i18n
  const tags = (kind: Facts['tags'][number]['kind']) =>
    facts.tags.filter(tag => tag.kind === kind).map(tag => tag.written)
  const all: [string, string[]][] = [
    [
      t('commons.facet.country'),
      facts.countries.map(({ code, written }) => (code ? facetLabel(i18n, 'country', code) : written)),
    ],
    [
      t('commons.facet.sdg'),
      facts.sdgs.map(sdg => facetLabel(i18n, 'sdg', String(sdg)).replace(' ', '\u00a0')),
    ],
    [t('commons.facet.stage'), facts.stages.map(stage => facetLabel(i18n, 'stage', stage))],
    [t('commons.facet.theme'), tags('theme')],
    [t('commons.facet.method'), tags('method')],
    [t('commons.facet.datasource'), tags('datasource')],
    [t('commons.facet.principle'), tags('principle')],
    [t('commons.facet.tactic'), tags('tactic')],
    [t('commons.facet.tool'), tags('tool')],
    [t('commons.facet.skill'), tags('skill')],
    [t('commons.facet.year'), facts.years.map(String)],
    [t('commons.facet.language'), language ? [facetLabel(i18n, 'language', language)] : []],
  ]
  const shown: Fact[] = all
    .map(([name, values]) => ({ name, values: [...new Set(values)].map((text): Run[] => [{ text }]) }))
    .filter(({ values }) => values.length > 0)
  if (facts.source)
    shown.push({
      name: t('commons.item.origin'),
      values: [[{ text: new URL(facts.source).hostname, link: facts.source }]],
    })
  if (facts.licence) {
    const link = licenceAddress(facts.licence)
    shown.push({ name: t('licence.name'), values: [[{ text: facts.licence, ...(link && { link }) }]] })
  }
  return shown
}

/** What is the same of everything that a network publishes. */
export function frameOf({ network, i18n, pictures }: Publishing) {
  const name = nameOf(network, i18n)
  return {
    publisher: name,
    authors: [name],
    frameLanguage: i18n.locale,
    accent: network.accent ?? '#1b5e45',
    logo: network.logoFileId !== null && pictures.has(network.logoFileId) ? network.logoFileId : null,
  }
}

export function nameOf(network: Network, i18n: I18n): string {
  return inLanguage(network.name, i18n.locale, network.locale).text
}

/** The address under which an item stays, in the network's own language. */
export function addressOf(slug: string, { network, origin }: Pick<Publishing, 'network' | 'origin'>): string {
  return origin + href('item', { locale: network.locale, network: network.slug, slug })
}

export function surroundingsOf({ network, i18n, origin, pictures }: Publishing): Surroundings {
  return {
    pictureOf: source => pictureAt(source, { origin, network: network.slug, pictures }),
    linkTo: address => (address.startsWith('/') ? origin + address : address),
    pictureWord: i18n.t('commons.publication.picture'),
  }
}
