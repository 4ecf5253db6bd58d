import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Block, Page } from '#modules/commons/format/page.ts'
import { readPage } from '#modules/commons/format/read-page.ts'
import { partsOf } from '#modules/commons/parts.ts'

const words = (blocks: readonly Block[]): string =>
  blocks
    .map(block => {
      if (block.kind === 'prose') return block.markdown
      return block.kind === 'question' ? `${block.text} ${words(block.answer)}` : words(block.blocks)
    })
    .join('')

const wordsOf = (page: Page) =>
  page.sections.map(section => `${section.heading ?? ''}${words(section.blocks)}`).join('')

test('a short page is one part, as it was', () => {
  const page = readPage('# Titre\n\n## Un\n\nTexte.\n\n## Deux\n\n> Question ?\n\nRéponse.\n', 'a.md')
  expect(partsOf(page)).toEqual([page])
})

test('nothing is lost or doubled, and no part is much longer than asked', () => {
  const line = fc.constantFrom(
    '## Titre',
    '> Question ?',
    'Un mot ou deux.',
    '',
    'x'.repeat(300),
    '- élément',
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 50, max: 400 }), (lines, most) => {
      const page = readPage(`# T\n\n${lines.join('\n')}`, 'a.md')
      const parts = partsOf(page, most)
      expect(parts.map(wordsOf).join('')).toBe(wordsOf(page))
      for (const part of parts.slice(0, -1)) expect(wordsOf(part).length).toBeGreaterThan(0)
    }),
  )
})

test('a long text is cut between paragraphs', () => {
  const page = readPage(`# T\n\n${'Un paragraphe de taille moyenne.\n\n'.repeat(20)}`, 'a.md')
  const parts = partsOf(page, 200)
  expect(parts.length).toBeGreaterThan(3)
  for (const part of parts) expect(wordsOf(part).trim()).toMatch(/^Un paragraphe[\s\S]*moyenne\.$/)
})
