import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { factsOf } from './facts.ts'
import { groupRows } from './group-rows.ts'
import { detectLanguage } from './language.ts'
import { readPage } from './read-page.ts'

/** 617 pages of the public collection, third-party content that is not part of this project. */
const folder = '../shared/commons-sample'
const present = existsSync(folder)
if (!present) console.warn(`skipped: no pages in ${folder}`)

test.skipIf(!present)('every page of the sample is read, and its types are those its lines say', () => {
  const types = new Map<string, number>()
  const said = new Map<string, number>()
  const languages = new Map<string | null, number>()
  const complaints: string[] = []
  const names = readdirSync(folder)
  for (const name of names) {
    const source = readFileSync(`${folder}/${name}`, 'utf8')
    const page = readPage(source, name)
    const facts = factsOf(page, { countries: { resolve: () => 'XX' }, detect: detectLanguage })
    for (const type of facts.types) types.set(type, (types.get(type) ?? 0) + 1)
    for (const [, type = ''] of source.matchAll(/^\[\[type:(\w+)\]\]/gm))
      said.set(type, (said.get(type) ?? 0) + 1)
    languages.set(facts.language, (languages.get(facts.language) ?? 0) + 1)
    for (const found of [...page.problems, ...facts.problems])
      complaints.push(`${name}:${found.line} ${found.code}`)
    expect(page.meta).toHaveLength(source.match(/\[\[[a-z_]+:/g)?.length ?? 0)
  }
  expect(names).toHaveLength(617)
  expect(Object.fromEntries(types)).toEqual({
    ...{ learningplan: 230, solution: 220, experiment: 60, blog: 50, story: 15, skill: 11, publication: 10 },
    ...{ tool: 9, tactic: 8, principle: 8 },
  })
  expect([...said.values()].reduce((sum, count) => sum + count)).toBe(
    [...types.values()].reduce((sum, count) => sum + count),
  )
  expect(languages.get('en')).toBeGreaterThan(400)
  expect(languages.get('fr')).toBeGreaterThan(80)
  expect(complaints).toEqual([])
})

test.skipIf(!present)('partners of plans come as rows', () => {
  let partners = 0
  for (const name of readdirSync(folder)) {
    const page = readPage(readFileSync(`${folder}/${name}`, 'utf8'), name)
    for (const table of page.sections.flatMap(groupRows)) {
      if (table.columns.some(column => /name of the part/i.test(column))) partners += table.rows.length
    }
  }
  expect(partners).toBeGreaterThanOrEqual(408)
})
