import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { expect, test } from 'vitest'
import type { Page } from '#modules/commons/format/page.ts'
import { readPage } from '#modules/commons/format/read-page.ts'
import { PageBody } from '#modules/commons/views/page-body.tsx'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { FrameContext } from '#ui/frame.ts'
import { growthOf, mostGrowth } from '../../../../test/growth.ts'

const frame = {
  i18n: i18nFor('en'),
  assets: { url: (name: string) => name },
  origin: 'http://localhost',
  path: '/en',
  localized: true,
} as Parameters<typeof FrameContext.Provider>[0]['value']

function body(page: Page): string {
  return renderToString(h(FrameContext.Provider, { value: frame }, h(PageBody, { page })))
}

const headings = (html: string) => [...html.matchAll(/<h[23][^>]*>([^<]*)</g)].map(([, text]) => text)

test('a heading with nothing of its own stands where others below it have something to read', () => {
  const source =
    '# T\n\n## Part\n\n### Empty\n\n### Chapter\n\nText.\n\n## Bare\n\n## Last\n\n#### Deep\n\n##### Deeper\n\nText.\n\n## End\n'
  expect(headings(body(readPage(source, 'a.md')))).toEqual(['Part', 'Chapter', 'Last', 'Deep', 'Deeper'])
})

test.each([
  ['of one level', () => '## a\n\n'],
  ['of every level', (index: number) => `${'#'.repeat(2 + (index % 4))} a\n\n`],
  ['from the deepest up', (index: number) => `${'#'.repeat(5 - (index % 4))} a\n\n`],
])('as many headings without text as one likes take time by their number: %s', (_, line) => {
  const page = (count: number) =>
    readPage(`# T\n\n${Array.from({ length: count }, (_, index) => line(index)).join('')}`, 'a.md')
  const pages = new Map([2_000, 16_000].map(count => [count, page(count)]))
  expect(growthOf(2_000, count => body(pages.get(count) ?? page(count)))).toBeLessThan(mostGrowth)
})
