import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import '../../../../test/fast-check.ts'
import { compareSources } from '#modules/commons/history/item-comparison.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let member: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'ici' })
  member = await aPerson(site.database, network, 'member')
  const versions = [
    [
      aPage('Un four', { country: 'Togo', thematic_areas: ['eau', 'sol'] }, 'Le four chauffe l’eau.'),
      'public',
    ],
    [aPage('Un four', { country: 'Togo', thematic_areas: ['sol', 'vent'] }, 'Le secret du four.'), 'network'],
    [
      aPage(
        'Un four',
        { country: 'Togo', thematic_areas: ['sol', 'vent'] },
        'Le four solaire chauffe l’eau.',
      ),
      'public',
    ],
  ] as const
  for (const [source, visibility] of versions)
    await somePages(site.database, network, { 'four.md': source }, visibility)
}, 60_000)

afterAll(() => site.close())

const address = '/fr/ici/commons/un-four/versions/comparison'
const page = async (path: string, person?: TestPerson) => {
  const response = await site.get(path, person ? { cookie: person.cookie } : {})
  return { status: response.status, body: await response.text() }
}

describe('two versions', () => {
  test('are compared for whoever may read both: what they say of themselves, and their text', async () => {
    const { status, body } = await page(`${address}?from=1&to=3`)
    expect(status).toBe(200)
    const plain = body.replace(/<span class="visually-hidden"[^>]*>[^<]*<\/span>/g, '')
    expect(plain).toContain('Le four <ins>solaire </ins>chauffe l’eau.')
    expect(plain).toContain('<del>eau</del>')
    expect(plain).toContain('<ins>vent</ins>')
    expect(plain).not.toContain('>sol<')
    expect(body).not.toContain('secret')
  })

  test('a version that is inside stays inside', async () => {
    for (const query of ['?from=1&to=2', '?from=2&to=3', '?from=2'])
      expect((await page(address + query)).status, query).toBe(404)
    expect((await page(`${address}?from=1&to=2`, member)).body).toContain('secret')
    // Without a word, the last two that one may read.
    expect((await page(address)).body).toContain('solaire')
    expect((await page(address)).body).not.toContain('secret')
    expect((await page(address, member)).body).toContain('secret')
  })

  test('what is no version is not found', async () => {
    for (const query of ['?from=0', '?from=x', '?from=1&to=9', '?from=99999999999', '?from=1&to=3&part=2'])
      expect((await page(address + query)).status, query).toBe(404)
  })

  test('are led to from the list of versions', async () => {
    const { body } = await page('/fr/ici/commons/un-four/versions')
    expect(body).toContain(`action="${address}"`)
    expect((await page(`${address}?from=3&to=3`)).body).toContain('disent la même chose')
  })
})

describe('sources', () => {
  const compare = (before: string, after: string, steps = 60_000_000) =>
    compareSources({ source: before, fileName: 'a.md' }, { source: after, fileName: 'a.md' }, { steps })

  test('a page as long as a book is compared in parts, and all of it is there', () => {
    const paragraphs = Array.from(
      { length: 12_000 },
      (_, index) => `Paragraphe ${index} : ${'mot '.repeat(40)}`,
    )
    const before = `# Livre\n\n[[type:story]]\n\n${paragraphs.join('\n\n')}\n`
    const changed = paragraphs.map((text, index) => (index % 3 === 0 ? text.replace('mot', 'terme') : text))
    const { parts } = compare(before, `# Livre\n\n[[type:story]]\n\n${changed.join('\n\n')}\n`)
    expect(parts.length).toBeGreaterThan(10)
    const pieces = parts.flat()
    expect(pieces.filter(({ kind }) => kind === 'added').length).toBeGreaterThanOrEqual(4_000)
    expect(
      pieces
        .filter(({ kind }) => kind !== 'added')
        .map(({ text }) => text)
        .join('')
        .replace(/[^\S\n]+/g, ''),
    ).toBe(before.replace('[[type:story]]\n', '').replace(/[^\S\n]+/g, ''))
  })

  test('written anew from end to end it shows as such', () => {
    const book = (word: string) =>
      `# Livre\n\n${Array.from({ length: 8_000 }, (_, index) => `${word}${index} ${word.repeat(40)}`).join('\n\n')}\n`
    const { parts } = compare(book('ab'), book('cd'))
    expect(new Set(parts.flat().map(({ kind }) => kind))).toEqual(new Set(['same', 'removed', 'added']))
  })

  test('whatever they are, neither is torn', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        fc.string({ maxLength: 300 }),
        fc.constantFrom(0, 60_000_000),
        (before, after, steps) => {
          const { metadata, parts } = compare(before, after, steps)
          expect(Array.isArray(metadata)).toBe(true)
          if (before === after)
            expect(parts.flat().some(({ kind }) => kind === 'added' || kind === 'removed')).toBe(false)
        },
      ),
    )
  })
})
