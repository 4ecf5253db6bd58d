import { afterAll, expect, test } from 'vitest'
import { attacks } from '#platform/markdown/attacks.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { blocksOfHtml } from '#platform/typesetting/html-blocks.ts'
import type { Manuscript } from '#platform/typesetting/manuscript.ts'
import { openTypesetter } from '#platform/typesetting/typesetter.ts'

const typesetter = openTypesetter()
afterAll(() => typesetter.close())

const reading = {
  under: 0,
  pictureOf: () => null,
  linkTo: (address: string) => address,
  pictureWord: 'Image',
}

const nested = (open: string, close: string, times: number) =>
  `${open.repeat(times)}au fond${close.repeat(times)}`

const hostile: Record<string, string> = {
  'tables in tables': nested('<table><tr><td>a</td><td>', '</td></tr></table>', 60),
  'lists in lists': nested('<ul><li>a', '</li></ul>', 200),
  'quotes in lists in tables': nested(
    '<table><tr><td><ul><li><blockquote>',
    '</blockquote></li></ul></td></tr></table>',
    20,
  ),
  'cells that span more than there is':
    '<table><tr><td colspan="100" rowspan="100">a</td></tr><tr><td>b</td></tr></table>',
  'a table without cells': '<table><tr></tr></table>',
  'a thousand columns': `<table><tr>${'<td>a</td>'.repeat(1_000)}</tr></table>`,
  'a list that begins late': '<ol start="999999999"><li>a</li></ol>',
  'marks upon marks': nested('<b><i><s><sup><code>', '</code></sup></s></i></b>', 100),
  'links that go nowhere':
    '[a](http://) [b](https://[) [c](mailto:) [d](tel:) [e](//x) [f](javascript:1) [g](https://exemple.org/%zz)',
  'a heading of a thousand words': `# ${'mot '.repeat(1_000)}`,
  'lines without end': '<br>'.repeat(5_000),
}

test.each([...Object.entries(hostile), ['all known attacks', attackText()]])('%s', async (_, markdown) => {
  const blocks = blocksOfHtml(renderMarkdown(markdown, { headingShift: 2 }), reading)
  for (const format of ['pdf', 'docx'] as const)
    expect(await typesetter.typeset(format, { ...empty, blocks }, async () => new Map())).toHaveProperty(
      'content',
    )
})

function attackText(): string {
  return Object.values(attacks).flat().map(String).join('\n\n')
}

const empty: Manuscript = {
  title: 'Titre',
  kicker: '',
  lede: '',
  authors: [],
  publisher: '',
  date: '2026-03-12',
  language: null,
  frameLanguage: 'fr',
  accent: '#1b5e45',
  logo: null,
  cover: null,
  facts: [],
  imprint: [],
  footer: '',
  blocks: [],
  pictures: {},
}
