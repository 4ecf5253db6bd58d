import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { deepest, shallow } from '#platform/typesetting/depth.ts'
import { blocksOfHtml, type HtmlReading } from '#platform/typesetting/html-blocks.ts'
import type { Block } from '#platform/typesetting/manuscript.ts'

const reading: HtmlReading = {
  under: 0,
  pictureOf: source => /\/files\/(\w+)$/.exec(source)?.[1] ?? null,
  linkTo: address => (address.startsWith('/') ? `https://cordee.example${address}` : address),
  pictureWord: 'Picture',
}

const blocksOf = (markdown: string) => blocksOfHtml(renderMarkdown(markdown, { headingShift: 2 }), reading)

test('paragraphs, lists, quotes, code and lines', () => {
  expect(
    blocksOf(
      'Un **mot** et *un autre*, `code`.\n\n- un\n- deux\n  1. trois\n\n> cité\n\n---\n\n```\nx  y\n```',
    ),
  ).toEqual([
    {
      kind: 'paragraph',
      runs: [
        { text: 'Un ' },
        { text: 'mot', strong: true },
        { text: ' et ' },
        { text: 'un autre', em: true },
        { text: ', ' },
        { text: 'code', code: true },
        { text: '.' },
      ],
    },
    {
      kind: 'list',
      ordered: false,
      start: 1,
      items: [
        [{ kind: 'paragraph', runs: [{ text: 'un' }] }],
        [
          { kind: 'paragraph', runs: [{ text: 'deux' }] },
          {
            kind: 'list',
            ordered: true,
            start: 1,
            items: [[{ kind: 'paragraph', runs: [{ text: 'trois' }] }]],
          },
        ],
      ],
    },
    { kind: 'quote', blocks: [{ kind: 'paragraph', runs: [{ text: 'cité' }] }] },
    { kind: 'rule' },
    { kind: 'code', text: 'x  y' },
  ])
})

test('headings stand below that of what they are part of', () => {
  const levels = (under: number) =>
    blocksOfHtml('<h3>a</h3><h4>b</h4><h6>c</h6>', { ...reading, under }).map(
      block => block.kind === 'heading' && block.level,
    )
  expect(levels(0)).toEqual([1, 2, 4])
  expect(levels(2)).toEqual([3, 4, 5])
})

test('a table has as many cells in each row, whatever spans what', () => {
  const [table] = blocksOfHtml(
    '<table><thead><tr><th colspan="2">A</th><th>B</th></tr></thead>' +
      '<tbody><tr><td rowspan="2">1</td><td class="end">2</td></tr><tr><td>3</td><td>4</td><td>5</td></tr></tbody></table>',
    reading,
  )
  if (table?.kind !== 'table') throw new Error('No table')
  expect(table.columns).toHaveLength(4)
  expect([table.head, ...table.rows].map(row => row.map(textOf))).toEqual([
    ['A', '', 'B', ''],
    ['1', '2', '', ''],
    ['', '3', '4', '5'],
  ])
})

test('a table too wide for a page is read row by row, under the names of its columns', () => {
  const head = Array.from({ length: 9 }, (_, index) => `C${index}`)
  const markdown = `|${head.join('|')}|\n|${head.map(() => '---').join('|')}|\n|${head.map(name => `${name} dit`).join('|')}|`
  const [list] = blocksOf(markdown)
  if (list?.kind !== 'list') throw new Error('No list')
  expect(list.items).toHaveLength(1)
  expect(textOf(list.items[0] ?? [])).toContain('C8\nC8 dit')
})

test('pictures of ours are shown, those of others are linked to', () => {
  expect(blocksOf('![Vue](https://cordee.example/fr/a/files/one)')).toEqual([
    { kind: 'picture', picture: 'one', alt: 'Vue' },
  ])
  expect(blocksOf('Voir ![Carte](https://other.example/map.png) ici')).toEqual([
    {
      kind: 'paragraph',
      runs: [
        { text: 'Voir ' },
        { text: 'Carte', em: true, link: 'https://other.example/map.png' },
        { text: ' ici' },
      ],
    },
  ])
  expect(textOf(blocksOf('![](https://other.example/map.png)'))).toBe('Picture')
})

test('links within the site lead there from anywhere, endless ones nowhere', () => {
  expect(blocksOf('[ici](/fr/a)')).toEqual([
    { kind: 'paragraph', runs: [{ text: 'ici', link: 'https://cordee.example/fr/a' }] },
  ])
  expect(blocksOf(`[ici](https://x.example/${'a'.repeat(3_000)})`)).toEqual([
    { kind: 'paragraph', runs: [{ text: 'ici' }] },
  ])
})

test('what is nested without end is laid flat', () => {
  const blocks = shallow(
    blocksOf(
      `${'> '.repeat(20)}au fond\n\n${Array.from({ length: 20 }, (_, i) => `${'  '.repeat(i)}- ${i}`).join('\n')}`,
    ),
  )
  expect(depthOf(blocks)).toBeLessThanOrEqual(deepest)
  expect(textOf(blocks)).toContain('au fond')
  // Deeper than this Markdown itself is not followed.
  for (let item = 0; item < 10; item++) expect(textOf(blocks)).toContain(String(item))
})

test('no word is lost or added, whatever was written', () => {
  const markup = fc.constantFrom(
    '*',
    '**',
    '_',
    '`',
    '[',
    '](',
    ')',
    '<b>',
    '</i>',
    '<td>',
    '\n',
    '\n\n',
    '- ',
    '> ',
    '|',
    '# ',
    '\\',
  )
  const piece = fc.oneof(
    markup,
    fc.constantFrom('mot', 'été', '«', '漢字', 'سلام', '#x', '@y', '$z$', '😀', ' '),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), pieces => {
      const markdown = pieces.join('')
      const html = renderMarkdown(markdown, { headingShift: 2 })
      const read = html
        .replace(/<[^>]*>/g, '')
        .replace(
          /&(amp|lt|gt|quot);/g,
          (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '',
        )
      expect(textOf(blocksOfHtml(html, reading)).replace(/\s+/g, '')).toBe(read.replace(/\s+/g, ''))
    }),
    { numRuns: 500 },
  )
})

test('a page of a megabyte takes no longer than its length asks for', () => {
  const markdown = '- un *mot* [lien](https://x.example) | a\n'.repeat(20_000)
  expect(textOf(blocksOf(markdown)).match(/lien/g)).toHaveLength(20_000)
})

function textOf(blocks: readonly Block[]): string {
  return blocks
    .map((block): string => {
      switch (block.kind) {
        case 'heading':
        case 'code':
          return block.text
        case 'paragraph':
          return block.runs.map(run => run.text).join('')
        case 'quote':
        case 'passage':
          return textOf(block.blocks)
        case 'list':
          return block.items.map(textOf).join('\n')
        case 'table':
          return [block.head, ...block.rows].map(row => row.map(textOf).join('\n')).join('\n')
        default:
          return ''
      }
    })
    .join('\n')
}

function depthOf(blocks: readonly Block[]): number {
  return blocks.reduce((most, block) => {
    if (block.kind === 'quote') return Math.max(most, 1 + depthOf(block.blocks))
    if (block.kind === 'list') return Math.max(most, 1 + Math.max(0, ...block.items.map(depthOf)))
    return most
  }, 0)
}
