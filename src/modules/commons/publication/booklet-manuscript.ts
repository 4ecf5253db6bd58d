import { href } from '#http/routes.ts'
import type { Collection } from '#modules/commons/collections/collections.ts'
import { type Item, readItem } from '#modules/commons/items.ts'
import {
  addressOf,
  frameOf,
  nameOf,
  type Publishing,
  surroundingsOf,
} from '#modules/commons/publication/item-manuscript.ts'
import { blocksOfMarkdown, blocksOfPage } from '#modules/commons/publication/page-blocks.ts'
import { typeset } from '#modules/commons/views/typography.ts'
import { facetLabel, typeName } from '#modules/commons/views/words.ts'
import { plainText } from '#platform/markdown/index.ts'
import type { Block, Manuscript, Run } from '#platform/typesetting/index.ts'

export interface Chapter {
  item: Item
  /** The heading under which it stands. */
  section: string | null
  /** Markdown: why it is here. */
  note: string
}

/** A page of the commons as a chapter: all of it, or what it says of itself. */
export type ChapterLength = 'whole' | 'summary'

/** A collection as a book: cover, contents, its keepers' words, a chapter a page, and at the end where all of it is from. */
export async function bookletManuscript(
  collection: Collection,
  chapters: readonly Chapter[],
  length: ChapterLength,
  publishing: Publishing,
): Promise<Manuscript> {
  const { network, i18n, origin } = publishing
  const { t } = i18n
  const surroundings = surroundingsOf(publishing)
  const parted = chapters.some(({ section }) => section !== null)
  const about = blocksOfMarkdown(collection.about, 2, surroundings)
  // What is said in a few lines stands on the cover; all else is an introduction.
  const [only] = about
  const lede = about.length === 1 && only?.kind === 'paragraph' ? plainText(collection.about) : ''
  const onCover = lede !== '' && lede.length <= 400
  const body: Block[] = []
  for (const [index, chapter] of chapters.entries()) {
    if (chapter.section !== null && chapter.section !== chapters[index - 1]?.section)
      body.push(heading(1, chapter.section))
    for (const block of await chapterOf(chapter, parted ? 2 : 1, length, publishing)) body.push(block)
  }
  const address =
    origin +
    href('collection', { locale: network.locale, network: network.slug, collection: collection.slug })
  return {
    ...frameOf(publishing),
    title: typeset(collection.title, collection.language),
    kicker: t('commons.publication.booklet'),
    lede: onCover ? typeset(lede, collection.language) : '',
    date: collection.updatedAt.toISOString().slice(0, 10),
    language: collection.language,
    cover: {
      contents: t('commons.publication.contents'),
      newPages: length === 'whole' ? (parted ? 2 : 1) : parted ? 1 : 0,
    },
    facts: [],
    imprint: [
      [
        {
          text: t('commons.publication.chapters', {
            count: chapters.length,
            day: i18n.day(collection.updatedAt, network.timeZone),
          }),
        },
      ],
      [{ text: address, link: address }],
    ],
    footer: nameOf(network, i18n),
    blocks: [
      ...(onCover || about.length === 0 ? [] : [heading(1, t('commons.publication.introduction')), ...about]),
      ...body,
      heading(1, t('commons.publication.sources')),
      {
        kind: 'list',
        ordered: true,
        start: 1,
        items: chapters.map(chapter => sourceOf(chapter, publishing)),
      },
    ],
    pictures: Object.fromEntries(publishing.pictures),
  }
}

async function chapterOf(
  { item, note }: Chapter,
  level: 1 | 2,
  length: ChapterLength,
  publishing: Publishing,
): Promise<Block[]> {
  const { i18n } = publishing
  const { page, facts } = readItem(item)
  const surroundings = surroundingsOf(publishing)
  const line = [
    typeName(i18n, item.type),
    ...facts.countries.map(({ code, written }) => (code ? facetLabel(i18n, 'country', code) : written)),
    ...facts.years.map(String),
  ]
  const body: Block[] =
    length === 'whole'
      ? await blocksOfPage(page, { title: facts.title, under: level, language: item.language, surroundings })
      : paragraphOf([{ text: typeset(facts.summary, item.language) }])
  return [
    {
      kind: 'passage',
      language: item.language,
      blocks: [heading(level, typeset(facts.title, item.language))],
    },
    { kind: 'paragraph', tone: 'aside', runs: [{ text: [...new Set(line)].join(' · ') }] },
    ...(note.trim() === ''
      ? []
      : [{ kind: 'quote', blocks: blocksOfMarkdown(note, 2, surroundings) } as const]),
    { kind: 'passage', language: item.language, blocks: body },
  ]
}

/** Where a chapter is to be found, and in which state it is printed here. */
function sourceOf({ item }: Chapter, publishing: Publishing): Block[] {
  const { i18n, network } = publishing
  const { facts } = readItem(item)
  const address = addressOf(item.slug, publishing)
  const version = i18n.t('commons.publication.version', {
    number: item.version,
    day: i18n.day(item.updatedAt, network.timeZone),
  })
  const runs: Run[] = [
    { text: facts.title, em: true },
    { text: `. ${version}` },
    { text: '\n' },
    { text: address, link: address },
  ]
  if (facts.source) runs.push({ text: '\n' }, { text: facts.source, link: facts.source })
  if (facts.licence) runs.push({ text: `\n${i18n.t('sharing.licence', { licence: facts.licence })}` })
  return [{ kind: 'paragraph', runs }]
}

function heading(level: 1 | 2, text: string): Block {
  return { kind: 'heading', level, text }
}

function paragraphOf(runs: Run[]): Block[] {
  return runs.every(({ text }) => text === '') ? [] : [{ kind: 'paragraph', runs }]
}
