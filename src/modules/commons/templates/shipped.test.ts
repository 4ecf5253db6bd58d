import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { locales } from '#kernel/locale.ts'
import { projectFolder } from '#kernel/project.ts'
import { readDefinition } from '#modules/commons/templates/definition.ts'
import { definitionJsonSchema } from '#modules/commons/templates/definition-json-schema.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { questionPath, questionsWithin } from '#modules/commons/templates/question-paths.ts'
import { shippedKeys, shippedTemplates, templatesFolder } from '#modules/commons/templates/shipped.ts'
import type { Texts } from '#modules/commons/templates/template.ts'

const schemaFile = join(templatesFolder, 'template.schema.json')
const schema = z.fromJSONSchema(JSON.parse(readFileSync(schemaFile, 'utf8')))

describe('the templates that come with the program', () => {
  test('are all in the folder, and nothing else is', () => {
    const files = readdirSync(templatesFolder).filter(name => name.endsWith('.yaml'))
    expect(files.sort()).toEqual(shippedKeys.map(key => `${key}.yaml`).sort())
    expect(shippedTemplates().map(({ key }) => key)).toEqual([...shippedKeys])
  })

  test.each(shippedKeys)('%s calls no two of its sections the same', key => {
    const { sections } = shippedTemplates().find(one => one.key === key) ?? { sections: [] }
    for (const locale of locales) {
      const headings = sections.map(({ heading }) => heading[locale]).filter(Boolean)
      expect(headings).toEqual([...new Set(headings)])
    }
  })

  test('of two headings that a page calls the same, the first is the first section’s', () => {
    const plan = shippedTemplates().find(({ key }) => key === 'learning-plan')
    if (!plan) throw new Error('No plan')
    const page = '# Plan\n\n[[type:learningplan]]\n\n## Partners\n\nAvant.\n\n## Partners\n\nAprès.\n'
    const { headings, unknown } = readAnswers(plan, page)
    expect([headings.get('partners-section'), headings.get('partnerships')]).toEqual([5, 9])
    expect(unknown.map(({ section, markdown }) => [section, markdown])).toEqual([
      ['partners-section', 'Avant.'],
      ['partnerships', 'Après.'],
    ])
  })

  test.each(shippedKeys)('%s is as the schema says', key => {
    expect(schema.safeParse(parse(readFileSync(join(templatesFolder, `${key}.yaml`), 'utf8')))).toMatchObject(
      {
        success: true,
      },
    )
  })

  test.each(shippedKeys)('%s says everything in every language', key => {
    const template = shippedTemplates().find(one => one.key === key)
    const missing: string[] = []
    for (const { texts, where } of textsIn(template, key))
      for (const locale of locales) if (!texts[locale]) missing.push(`${where} ${locale}`)
    expect(missing).toEqual([])
  })

  test('have the typography of their languages', () => {
    const wrong = shippedTemplates().flatMap(template =>
      textsIn(template, template.key).flatMap(({ texts, where }) => [
        ...(/'|(?<!\u00a0):(?=\s|$)|(?<!\u202f)[;!?]|«(?!\u00a0)|(?<!\u00a0)»/.test(texts.fr ?? '')
          ? [`${where} fr`]
          : []),
        ...Object.entries(texts).flatMap(([locale, text]) =>
          text.includes("'") ? [`${where} ${locale}`] : [],
        ),
      ]),
    )
    expect(wrong).toEqual([])
  })
})

describe('the schema', () => {
  test('is what the program checks by: `cordee template schema` writes it', () => {
    expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(definitionJsonSchema())
  })

  test.each([
    ['no name', { ...small, name: {} }],
    ['no sections', { ...small, sections: [] }],
    ['a field there is not', { ...small, extra: true }],
    ['a key with capitals', { ...small, key: 'Small' }],
  ])('refuses %s, as the program does', (_, value) => {
    expect(schema.safeParse(value).success).toBe(false)
    expect(readDefinition(JSON.stringify(value))).toHaveProperty('problems')
  })

  test('takes what the program takes', () => {
    expect(schema.safeParse(small).success).toBe(true)
    expect(readDefinition(JSON.stringify(small))).toHaveProperty('template')
  })
})

test('the examples of docs/templates.md are sound', () => {
  const text = readFileSync(join(projectFolder, 'docs/templates.md'), 'utf8')
  const examples = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, example = '']) => example)
  expect(examples).toHaveLength(2)
  for (const example of examples) {
    expect(readDefinition(example)).toHaveProperty('template')
    expect(schema.safeParse(parse(example)).success).toBe(true)
  }
})

const sample = join(projectFolder, '../shared/commons-sample')

// Skipped where the sample of the public collection is not at hand.
describe.skipIf(!existsSync(sample))('pages of the public collection', () => {
  const read = existsSync(sample) ? readingsOf(sample) : []

  test('of plans and experiments: every question asked there is one of the template', () => {
    const unknown = read
      .filter(({ type }) => type !== 'solution')
      .flatMap(({ reading }) => reading.unknown.flatMap(({ asked }) => (asked ? [asked] : [])))
    const known =
      /^(?:END OF ACTION LEARNING PLAN|The closing form saves automatically|Reviewer's name|Any additional comments|None$)/
    expect(unknown.filter(asked => !known.test(asked))).toEqual([])
    expect(read.length).toBeGreaterThan(400)
  })

  test('every question of the learning plan is found on some page, but for those that only we ask', () => {
    const found = new Set(
      read
        .filter(({ type }) => type === 'learningplan')
        .flatMap(({ reading }) => [...reading.spots.keys(), ...reading.answers.keys()].map(questionPath)),
    )
    const plan = shippedTemplates()[0]
    if (!plan) throw new Error('No plan')
    expect([...questionsWithin(plan).keys()].filter(path => !found.has(path))).toEqual([])
  })
})

function readingsOf(folder: string) {
  return readdirSync(folder).flatMap(name => {
    const source = readFileSync(join(folder, name), 'utf8')
    const type = /\[\[type:(\w+)\]\]/.exec(source)?.[1]
    const template = shippedTemplates().find(one => one.type === type)
    return template ? [{ type: template.type, reading: readAnswers(template, source) }] : []
  })
}

const small = {
  key: 'small',
  type: 'solution',
  name: { en: 'Small' },
  sections: [
    {
      key: 'one',
      heading: { en: 'One' },
      questions: [{ key: 'title', ask: { en: 'Title?' }, answer: { kind: 'text' } }],
    },
  ],
}

/** Every text by language in a template, but for the one question of a group that has none. */
function textsIn(value: unknown, where: string): { texts: Texts; where: string }[] {
  if (Array.isArray(value)) return value.flatMap((one, at) => textsIn(one, `${where}[${at}]`))
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  if (entries.length > 0 && entries.every(([key]) => locales.some(locale => locale === key)))
    return [{ texts: value as Texts, where }]
  return entries.flatMap(([key, one]) => textsIn(one, `${where}.${key}`))
}
