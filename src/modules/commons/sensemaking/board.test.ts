import { expect, test } from 'vitest'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import type { Hit } from '#modules/commons/search/searching.ts'
import { boardOf, mostRows } from '#modules/commons/sensemaking/board.ts'
import { portfolioOf } from '#modules/commons/sensemaking/portfolio.ts'
import { radiusOf } from '#modules/commons/sensemaking/views/cycle-picture.tsx'
import { aPage } from '../../../../test/factories.ts'

function signal(title: string, ...facets: string[]): Hit {
  const nothing = {
    type: 'weaksignal',
    summary: '',
    language: 'fr',
    year: null,
    updatedAt: new Date(),
    extract: null,
  }
  return { id: title, slug: title, title, facets, ...nothing }
}

test('rows are themes, the fullest first; a signal stands in each of its own', () => {
  const board = boardOf([
    signal('a', 'theme:eau', 'theme:ville', 'horizon:near'),
    signal('b', 'theme:ville', 'horizon:now'),
    signal('c', 'horizon:far'),
  ])
  expect(board.columns).toEqual(['now', 'near', 'far', 'beyond'])
  expect(board.rows.map(({ theme, signals }) => [theme, signals])).toEqual([
    ['ville', 2],
    ['eau', 1],
    [null, 1],
  ])
  expect(board.rows[0]?.cells.get('near')?.map(({ id }) => id)).toEqual(['a'])
  expect(board.rows[1]?.cells.get('near')?.map(({ id }) => id)).toEqual(['a'])
})

test('under a theme that stands under another, a signal stands once; asked for, the one above has all', () => {
  const signals = [
    signal('a', 'theme:arbre', 'theme:nature', 'theme:ville', 'horizon:now'),
    signal('b', 'theme:nature', 'horizon:now'),
    signal('c', 'theme:arbre', 'theme:nature', 'horizon:far'),
  ]
  const parents = new Map([['arbre', 'nature']])
  const told = (chosen: string[] = []) =>
    boardOf(signals, parents, chosen).rows.map(({ theme, above, signals }) => [theme, above, signals])
  expect(told()).toEqual([
    ['arbre', 'nature', 2],
    ['nature', null, 1],
    ['ville', null, 1],
  ])
  expect(told(['nature'])).toEqual([['nature', null, 3]])
})

test('what does not say when has a column, and what is under no row a last one', () => {
  const many = Array.from({ length: mostRows + 3 }, (_, index) => signal(`${index}`, `theme:t${index}`))
  const board = boardOf(many)
  expect(board.columns.at(-1)).toBeNull()
  expect(board.rows).toHaveLength(mostRows + 1)
  expect(board.rows.at(-1)).toMatchObject({ theme: null, signals: 3 })
  expect(boardOf(many, new Map(), ['t3']).rows.map(({ theme }) => theme)).toEqual(['t3', null])
})

test('the horizon of a page is read from its answer, in any of its languages', () => {
  const asked = (question: string, answer: string) =>
    prepareItem(aPage('Signal', { type: 'weaksignal' }, `> ${question}\n\n- ${answer}`), 's.md').facets
  expect(asked('When might its effects be felt?', 'In 3–10 years')).toContain('horizon:far')
  expect(asked('Quand pourrait-on en sentir les effets ?', 'Maintenant')).toContain('horizon:now')
  expect(
    asked('When might its effects be felt?', 'Some day').filter(one => one.startsWith('horizon')),
  ).toEqual([])
  const solution = aPage('Solution', {}, '> When might its effects be felt?\n\n- Now')
  expect(prepareItem(solution, 's.md').facets.filter(one => one.startsWith('horizon'))).toEqual([])
})

test('a portfolio counts what stands at several stages at each of them, and once in all', () => {
  const found = portfolioOf(
    [
      { stages: ['sense'], items: 4 },
      { stages: ['sense', 'explore'], items: 2 },
      { stages: ['sense', 'explore', 'grow'], items: 1 },
    ],
    [],
  )
  expect(found).toMatchObject({ items: 7, several: 3, counts: { sense: 7, explore: 3, test: 0, grow: 1 } })
  expect(found.shared).toEqual([
    { stages: ['sense', 'explore'], items: 3 },
    { stages: ['sense', 'grow'], items: 1 },
    { stages: ['explore', 'grow'], items: 1 },
  ])
})

test('of four times as many the circle is twice as wide; what is there can be seen', () => {
  expect(radiusOf(100, 100)).toBe(2 * radiusOf(25, 100))
  expect(radiusOf(1, 10_000)).toBeGreaterThan(radiusOf(0, 10_000))
})
