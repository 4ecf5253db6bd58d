import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { checkDefinition, readDefinition, writeDefinition } from '#modules/commons/templates/definition.ts'
import {
  type DefinitionProblem,
  definitionProblemMessage,
} from '#modules/commons/templates/definition-problem.ts'
import { limits } from '#modules/commons/templates/definition-schema.ts'
import { shippedTemplates } from '#modules/commons/templates/shipped.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import '../../../../test/fast-check.ts'

describe('a definition that is sound', () => {
  test('is read from YAML and from JSON alike, and written back the same', () => {
    const [plan] = shippedTemplates()
    if (!plan) throw new Error('No template')
    expect(readDefinition(writeDefinition(plan))).toEqual({ template: plan })
    expect(readDefinition(JSON.stringify(plan, null, '\t'))).toEqual({ template: plan })
  })

  test('may ask for its version, its asks and its lists to be left out', () => {
    const { template } = sound(minimal)
    expect(template.version).toBe(1)
    expect(template.sections[0]?.questions[0]?.key).toBe('title')
  })

  test('words such as yes and no stay words', () => {
    const text = minimal.replace('text }', 'choice, options: [{ key: yes, label: { en: yes } }] }')
    expect(
      sound(text.replace('key: title', 'key: agrees')).template.sections[0]?.questions[0]?.answer,
    ).toEqual({
      kind: 'choice',
      options: [{ key: 'yes', label: { en: 'yes' } }],
    })
  })

  test('a group may hold one question without words', () => {
    const group = '{ kind: group, questions: [{ key: piece, wordings: [""], answer: { kind: rich } }] }'
    sound(minimal.replace('{ kind: text }', group).replace('key: title', 'key: evidence'))
  })
})

describe('what is wrong with a definition, and where', () => {
  test('what is no YAML, by line and column', () => {
    expect(problemsOf('key: [a\nname: {')).toContainEqual(
      expect.objectContaining({ code: 'unreadable', line: 2 }),
    )
    expect(problemsOf('')).not.toEqual([])
    expect(problemsOf('[]')).toEqual([expect.objectContaining({ code: 'not-fields', line: 1, column: 1 })])
  })

  test('a field given twice', () => {
    expect(problemsOf(minimal.replace('type: solution', 'type: solution\ntype: experiment'))).toEqual([
      expect.objectContaining({ code: 'key-twice', line: 3 }),
    ])
    expect(problemsOf('{"key":\t"a", "key": "b"}')).toEqual([expect.objectContaining({ code: 'key-twice' })])
  })

  test('a field there is not, one that is missing, one of another form', () => {
    const text = minimal.replace('name: { en: Test }', 'nom: { en: Test }')
    expect(problemsOf(text)).toEqual([
      expect.objectContaining({ code: 'field-missing', where: 'name', line: 1 }),
      expect.objectContaining({ code: 'field-unknown', where: 'nom', line: 3 }),
    ])
    expect(problemsOf(minimal.replace('key: test', 'key: 12'))).toEqual([
      expect.objectContaining({
        code: 'not-text',
        where: 'key',
        detail: { name: 'key' },
      }),
    ])
  })

  test.each([
    ['a name in no language', minimal.replace('{ en: Test }', '{}'), 'text-missing', 'name'],
    ['an empty name', minimal.replace('{ en: Test }', '{ en: "  " }'), 'text-empty', 'name.en'],
    ['a key with capitals', minimal.replace('key: test', 'key: Test'), 'key-wrong', 'key'],
    ['a type that is no form', minimal.replace('type: solution', 'type: blog'), 'value-unknown', 'type'],
    ['an unknown kind', minimal.replace('kind: text', 'kind: essay'), 'kind-unknown', `${first}.answer.kind`],
    [
      'a choice without options',
      question('{ kind: choice, options: [] }'),
      'list-empty',
      `${first}.answer.options`,
    ],
    [
      'an option without a key',
      question('{ kind: choice, options: [{ label: { en: A } }] }'),
      'field-missing',
      `${first}.answer.options[0].key`,
    ],
    [
      'an option twice',
      question('{ kind: choice, options: [{ key: a, label: { en: A } }, { key: a, label: { en: B } }] }'),
      'option-twice',
      `${first}.answer.options[1].key`,
    ],
    [
      'a group in a group',
      question(
        '{ kind: group, questions: [{ key: b, ask: { en: B }, answer: { kind: group, questions: [] } }] }',
      ),
      'group-in-group',
      `${first}.answer.questions[0].answer.kind`,
    ],
    ['a scale that goes down', question('{ kind: scale, from: 5, to: 1 }'), 'scale-wrong', `${first}.answer`],
    [
      'a number out of its bounds',
      question('{ kind: number, least: 5, most: 1 }'),
      'number-bounds',
      `${first}.answer`,
    ],
    ['a title that is no text', minimal.replace('kind: text', 'kind: date'), 'title-kind', `${first}.answer`],
    [
      'a question that asks nothing',
      minimal.replace('ask: { en: Title? }', 'ask: {}'),
      'ask-missing',
      `${first}.ask`,
    ],
  ])('%s', (_, text, code, where) => {
    expect(problemsOf(text)).toContainEqual(
      expect.objectContaining({ code, where, line: expect.any(Number) }),
    )
  })

  test('two questions of one key, two asked in the same words', () => {
    const twice = template([
      { key: 'a', ask: { en: 'What is it?' }, answer: { kind: 'rich' } },
      { key: 'a', ask: { en: 'Where is it?' }, answer: { kind: 'rich' } },
      { key: 'b', ask: { en: 'So?' }, wordings: ['WHAT IS IT'], answer: { kind: 'rich' } },
    ])
    expect(codes(twice)).toEqual(['question-twice', 'wording-twice'])
  })

  test('signs that no database keeps', () => {
    for (const name of ['a\0b', 'a\ud800b'])
      expect(
        checkDefinition({
          ...definition([]),
          name: { en: name },
          sections: sound(minimal).template.sections,
        }),
      ).toEqual({
        problems: [expect.objectContaining({ code: 'text-unkeepable', where: 'name.en' })],
      })
  })

  test('more than anyone needs', () => {
    const many = Array.from({ length: limits.questions + 1 }, (_, at) => ({
      ...{ key: `q${at}`, ask: { en: `Number ${at} of them?` }, answer: { kind: 'rich' } },
    }))
    expect(codes(template(many.slice(0, 200), many.slice(200)))).toEqual(['questions-too-many'])
    expect(problemsOf('#'.repeat(limits.definitionBytes + 1))).toEqual([
      expect.objectContaining({ code: 'too-large' }),
    ])
    expect(problemsOf(`a: ${'['.repeat(100_000)}`)).not.toEqual([])
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1,1]',
      ...'bcdefghi'.split('').map((key, at) => {
        const before = 'abcdefgh'[at]
        return `${key}: &${key} [*${before},*${before},*${before},*${before},*${before},*${before},*${before}]`
      }),
    ].join('\n')
    expect(problemsOf(bomb)).not.toEqual([])
  })
})

describe('conditions', () => {
  const yesNo = { kind: 'choice', options: ['yes', 'no'].map(key => ({ key, label: { en: key } })) }
  const asked = (key: string, when?: unknown, answer: unknown = { kind: 'rich' }) => ({
    ...{ key, ask: { en: `What of ${key}?` }, answer },
    ...(when ? { when } : {}),
  })

  test('that hold and that never can are both sound', () => {
    const text = template([
      asked('a', undefined, yesNo),
      asked('b', { question: 'a', is: ['yes'] }),
      {
        ...asked('c', { all: [{ question: 'a', is: ['yes'] }, { not: { question: 'a', answered: true } }] }),
        required: 'public',
      },
    ])
    expect(codes(text)).toEqual([])
  })

  test('that name a question there is not, or an answer it has not', () => {
    expect(codes(template([asked('a', { question: 'b', answered: true })]))).toEqual(['condition-unknown'])
    expect(
      codes(template([asked('a', undefined, yesNo), asked('b', { question: 'a', is: ['perhaps'] })])),
    ).toEqual(['condition-option-unknown'])
    expect(codes(template([asked('a'), asked('b', { question: 'a', is: ['x'] })]))).toEqual([
      'condition-kind',
    ])
    expect(codes(template([asked('a', { question: 'b' }), asked('b')]))).toEqual(['condition-shape'])
  })

  test('that name what is asked several times elsewhere', () => {
    const group = { kind: 'group', questions: [asked('inner')] }
    expect(
      codes(template([asked('a', undefined, group), asked('b', { question: 'inner', answered: true })])),
    ).toEqual(['condition-unreachable'])
    const within = {
      kind: 'group',
      questions: [asked('inner'), asked('other', { question: 'inner', answered: true })],
    }
    expect(codes(template([asked('a', undefined, within)]))).toEqual([])
  })

  test('that refer to themselves, at once or in a circle, which is spelt out', () => {
    const self = template([asked('a', { not: { question: 'a', answered: true } })])
    expect(problemsOf(self)).toEqual([
      expect.objectContaining({ code: 'condition-self', where: 'sections[0].questions[0].when' }),
    ])
    const circle = template([
      asked('a', { question: 'c', answered: true }),
      asked('b', { any: [{ question: 'a', answered: true }] }),
      asked('c', { all: [{ question: 'b', answered: true }] }),
    ])
    const [found] = problemsOf(circle)
    expect(found).toMatchObject({ code: 'condition-circle', detail: { circle: 'a → c → b → a' } })
    expect(found && definitionProblemMessage(i18nFor('en'), found)).toContain('a → c → b → a')
    expect(problemsOf(circle)).toHaveLength(1)
  })

  test('too many of them one in another', () => {
    let when: unknown = { question: 'a', answered: true }
    for (let depth = 0; depth < limits.conditionDepth; depth++) when = { not: when }
    expect(codes(template([asked('a'), asked('b', when)]))).toEqual(['condition-deep'])
    for (let depth = 0; depth < 5_000; depth++) when = { not: when }
    expect(checkDefinition({ ...definition([asked('a')]), extra: when })).toHaveProperty('problems')
  })
})

test('every problem is said in every language', () => {
  const [problem] = problemsOf(minimal.replace('kind: text', 'kind: essay'))
  if (!problem) throw new Error('Nothing wrong')
  for (const locale of ['fr', 'en', 'es', 'pt'] as const)
    expect(definitionProblemMessage(i18nFor(locale), problem)).toMatch(/^\p{Lu}\p{L}+ 8, .*essay/u)
})

describe('whatever it is given', () => {
  test('reading never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(readDefinition(text)).toHaveProperty('problems')
      }),
    )
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
        expect(checkDefinition(value)).toHaveProperty('problems')
        expect(readDefinition(JSON.stringify(value))).toHaveProperty('problems')
      }),
    )
  })

  test('a template with anything in the place of one of its parts is read or refused, never taken in broken', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.jsonValue({ maxDepth: 3 }), (which, place, value) => {
        const templates = shippedTemplates()
        const whole = structuredClone(templates[which % templates.length]) as unknown
        const spots = spotsIn(whole)
        const spot = spots[place % spots.length]
        if (spot) spot.holder[spot.key] = value
        const reading = checkDefinition(whole)
        if ('template' in reading) expect(checkDefinition(reading.template)).toEqual(reading)
        else expect(reading.problems.length).toBeGreaterThan(0)
      }),
    )
  })
})

const minimal = `key: test
type: solution
name: { en: Test }
sections:
  - key: one
    heading: { en: One }
    questions:
      - { key: title, ask: { en: Title? }, answer: { kind: text } }
`
const first = 'sections[0].questions[0]'

function question(answer: string): string {
  return minimal.replace('key: title', 'key: other').replace('{ kind: text }', answer)
}

function definition(...sections: unknown[][]) {
  return {
    ...{ key: 'test', type: 'solution', name: { en: 'Test' } },
    sections: sections.map((questions, at) => ({
      key: `s${at}`,
      heading: { en: `Section ${at}` },
      questions,
    })),
  }
}

function template(...sections: unknown[][]): string {
  return stringify(definition(...sections))
}

function sound(text: string) {
  const reading = readDefinition(text)
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems))
  return reading
}

function problemsOf(text: string): DefinitionProblem[] {
  const reading = readDefinition(text)
  return 'problems' in reading ? reading.problems : []
}

function codes(text: string): string[] {
  return problemsOf(text).map(({ code }) => code)
}

function spotsIn(value: unknown): { holder: Record<string, unknown>; key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap(key => [{ holder, key }, ...spotsIn(holder[key])])
}
