import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pageTypeOf } from '#modules/commons/format/page.ts'
import { metadataKey } from '#modules/commons/templates/page-metadata.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { newPage, writeAnswers } from '#modules/commons/templates/page-writing.ts'
import { questionAt, repeatedAt, titlePath } from '#modules/commons/templates/questions.ts'
import { shippedTemplates } from '#modules/commons/templates/shipped.ts'
import type { AnswerKind, Path, Template, Value } from '#modules/commons/templates/template.ts'
import { sameValue, settleValue } from '#modules/commons/templates/values.ts'
import '../../../../test/fast-check.ts'

const templates = new Map(shippedTemplates().map(template => [template.type, template]))
const plan = templates.get('learningplan') as Template
const sample = join(import.meta.dirname, '../../../../../shared/commons-sample')
const here = existsSync(sample)

/** Pages of the kinds there are templates for. */
const pages = here
  ? readdirSync(sample).flatMap(name => {
      const source = readFileSync(join(sample, name), 'utf8')
      const type = pageTypeOf(/\[\[type:([^\]]*)\]\]/.exec(source)?.[1] ?? '')
      const template = templates.get(type ?? '')
      return template ? [{ name, source, template }] : []
    })
  : []

describe('what is not touched stays byte for byte', () => {
  test.skipIf(!here)(
    'writing what a page already answers changes nothing, on every page of the sample',
    () => {
      expect(pages.length).toBeGreaterThan(300)
      for (const { name, source, template } of pages) {
        const { answers } = readAnswers(template, source)
        expect(writeAnswers(template, source, answers, 'en') === source, name).toBe(true)
      }
    },
  )

  test.skipIf(!here)(
    'one answer changed: read again it is there, all others are as they were, and so are all other lines',
    () => {
      for (const [index, { name, source, template }] of pages.entries()) {
        const before = readAnswers(template, source)
        const paths = [...before.spots.keys()].filter(
          path => path !== titlePath && questionAt(template, path),
        )
        const path = paths[index % Math.max(1, paths.length)]
        if (path === undefined) continue
        const kind = questionAt(template, path)?.question.answer as AnswerKind
        if (kind.kind === 'group' || kind.kind === 'shares' || metadataKey(kind) !== null) continue
        const settled = settleValue(kind, example(kind))
        if ('problem' in settled) throw new Error(`${name} ${path} ${JSON.stringify(settled.problem)}`)
        const written = writeAnswers(template, source, new Map([[path, settled.value]]), 'en')
        const after = readAnswers(template, written)
        expect(after.answers.get(path), `${name} ${path}`).toEqual(settled.value)
        for (const [other, value] of before.answers) {
          if (other === path || other === path.split('/')[0]) continue
          expect(after.answers.get(other), `${name} ${other}`).toEqual(value)
        }
        const spot = before.spots.get(path)
        const lines = source.split(/\r\n?|\n/)
        const kept = [...lines.slice(0, (spot?.from ?? 1) - 1), ...lines.slice((spot?.to ?? 1) - 1)]
        const now = written.split(/\r\n?|\n/)
        expect(now.slice(0, (spot?.from ?? 1) - 1), name).toEqual(lines.slice(0, (spot?.from ?? 1) - 1))
        expect(now.slice(now.length - (kept.length - ((spot?.from ?? 1) - 1))), name).toEqual(
          lines.slice((spot?.to ?? 1) - 1),
        )
      }
    },
  )

  test.skipIf(!here)('every question a page of the sample does not ask can be asked, and taken back', () => {
    for (const { name, source, template } of pages.filter((_, index) => index % 25 === 0)) {
      const before = readAnswers(template, source)
      for (const question of template.sections.filter(one => !one.repeated).flatMap(one => one.questions)) {
        if (before.spots.has(question.key) || question.answer.kind === 'group') continue
        if (metadataKey(question.answer) !== null && before.answers.has(question.key)) continue
        const settled = settleValue(question.answer, example(question.answer))
        if ('problem' in settled) throw new Error(JSON.stringify(settled))
        const written = writeAnswers(template, source, new Map([[question.key, settled.value]]), 'en')
        const after = readAnswers(template, written)
        expect(after.answers.get(question.key), `${name} ${question.key}`).toEqual(settled.value)
        for (const [other, value] of before.answers)
          if (other !== titlePath)
            expect(after.answers.get(other), `${name} ${question.key} ${other}`).toEqual(value)
      }
    }
  })
})

describe('rows', () => {
  const source = plan2()

  test('are added, changed, moved and taken away', () => {
    const { answers } = readAnswers(plan, source)
    expect(answers.get('partners')).toEqual(['1', '2'])
    expect(answers.get('partners/2/name')).toBe('Mairie')
    const row = 'r0123456789ab'
    const added = writeAnswers(
      plan,
      source,
      new Map<Path, Value | null>([
        ['partners', ['2', row, '1']],
        [`partners/${row}/name`, 'Coopérative'],
        [`partners/${row}/collaboration`, 'Deux ateliers.\n\nEt une suite.'],
        ['partners/1/name', 'Comité'],
      ]),
      'fr',
    )
    const after = readAnswers(plan, added).answers
    expect(after.get('partners')).toEqual(['1', '2', '3'])
    expect(['1', '2', '3'].map(key => after.get(`partners/${key}/name`))).toEqual([
      'Mairie',
      'Coopérative',
      'Comité',
    ])
    expect(after.get('partners/2/collaboration')).toBe('Deux ateliers.\n\nEt une suite.')
    expect(after.get('background')).toBe('Une longue histoire.')
    const none = readAnswers(plan, writeAnswers(plan, added, new Map([['partners', null]]), 'fr')).answers
    expect([...none.keys()].filter(path => path.startsWith('partners'))).toEqual([])
    expect(none.get('background')).toBe('Une longue histoire.')
  })

  test('of a section that is asked as often as one likes', () => {
    const section = plan.sections.find(one => one.repeated)
    if (!section) throw new Error('The plan repeats nothing')
    const [first, second] = section.questions
    const keys = ['r000000000001', 'r000000000002']
    const changes = new Map<Path, Value | null>([[section.key, keys]])
    for (const [index, key] of keys.entries()) {
      changes.set(`${section.key}/${key}/${first?.key}`, `Question ${index + 1} ?`)
      if (second && index === 1) changes.set(`${section.key}/${key}/${second.key}`, ['sense'])
    }
    const written = writeAnswers(plan, newPage(plan, 'Essai', 2026), changes, 'fr')
    const { answers } = readAnswers(plan, written)
    expect(answers.get(section.key)).toEqual(['1', '2'])
    expect(answers.get(`${section.key}/2/${first?.key}`)).toBe('Question 2 ?')
  })
})

describe('any page by a template', () => {
  test('filled in at random, in any order and several times, reads as it was filled in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...templates.values()),
        fc.infiniteStream(fc.string({ unit: 'grapheme', maxLength: 80 })),
        fc.array(fc.nat(200), { minLength: 1, maxLength: 12 }),
        fc.constantFrom('fr', 'en', 'es', 'pt'),
        (template, texts, picks, language) => {
          const questions = template.sections.filter(one => !one.repeated).flatMap(one => one.questions)
          let source = newPage(template, 'Un essai', 2026)
          const expected = new Map<Path, Value>()
          for (const pick of picks) {
            const question = questions[pick % questions.length]
            if (!question || question.answer.kind === 'group' || question.key === titlePath) continue
            const text = `${texts.next().value}`
            const settled = settleValue(question.answer, example(question.answer, text, pick))
            if ('problem' in settled) continue
            source = writeAnswers(template, source, new Map([[question.key, settled.value]]), language)
            if (settled.value === null) expected.delete(question.key)
            else expected.set(question.key, settled.value)
          }
          const { answers } = readAnswers(template, source)
          for (const [path, value] of expected) expect(answers.get(path)).toEqual(value)
          for (const [path, value] of answers)
            if (path !== titlePath && !repeatedAt(template, path))
              expect(sameValue(expected.get(path), value)).toBe(true)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('text of any kind comes back as it was settled, and settled text stays', () => {
    const lines = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom(
        '# Titre',
        '## ',
        '> citation',
        '   > trois',
        '<div class="group">',
        '</div>',
        '[[type:blog]]',
      ),
      fc.constantFrom(
        '[[[a:b]]]',
        '---',
        '- ',
        '* x',
        'mot  ',
        '\\# x',
        '[[0:24]]',
        'Please note: we ask you to only submit',
      ),
    )
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 8 }), parts => {
        const kind: AnswerKind = { kind: 'rich' }
        const settled = settleValue(kind, parts.join('\n'))
        if ('problem' in settled) throw new Error('A text was refused')
        expect(settleValue(kind, settled.value)).toEqual(settled)
        const source = writeAnswers(plan, plan2(), new Map([['background', settled.value]]), 'fr')
        const { answers } = readAnswers(plan, source)
        expect(answers.get('background') ?? null).toEqual(settled.value)
        expect(answers.get('partners/2/name')).toBe('Mairie')
      }),
      { numRuns: 500 },
    )
  })
})

function example(kind: AnswerKind, text = 'Une réponse, avec *un accent*.', pick = 3): unknown {
  switch (kind.kind) {
    case 'text':
    case 'rich':
      return text
    case 'choice':
      return kind.options.slice(0, kind.many ? 2 : 1).map(option => option.key)
    case 'scale':
      return kind.from + (pick % (kind.to - kind.from + 1))
    case 'number':
      return Math.max(kind.least ?? 0, Math.min(kind.most ?? 1_000, pick))
    case 'shares':
      return {
        shares: Object.fromEntries(kind.parts.map((part, index) => [part.key, index === 0 ? 100 : 0])),
      }
    case 'date':
      return '2026-09-16'
    case 'place':
      return { lat: 43.6 + (pick % 10), lng: 1.44 }
    case 'sdgs':
      return [8, 1 + (pick % 17)]
    case 'countries':
      return ['CI', 'FR']
    case 'tags':
      return ['énergie solaire', text]
    case 'group':
      return []
    default:
      return [{ name: text }, { name: 'Atelier (1)', address: 'https://example.org/a_(b)?c=[d]' }]
  }
}

/** A plan as the forms of the public collection give it: each question of a partner in a group of its own. */
function plan2(): string {
  return `# Essai

[[type:learningplan]]
[[sdgs:10. Reduced innequalities]]

## Challenge statement

> Background: What is the history of your challenge? What is causing or driving it? Who is involved? How does the current situation look like? What undesired effects does it produce?



Une longue histoire.
## Partners

> Who are your top 5 partners for this challenge? Please submit from MOST to LEAST important and state Name, Sector and a brief description of the (intended) collaboration.



<div class="group">


> Please state the name of the partner:



Comité de concertation


</div>



<div class="group">


> What sector does our partner belong to?


- Public Sector


</div>

<div class="group">


> Please state the name of the partner:

Mairie


</div>


## Closing

> Early leads to grow: Think about the possible grow phase for this challenge - who might benefit from your work on this challenge or who might be the champions in your country that you should inform or collaborate with early on to help you grow this challenge?

Les entreprises
`
}

test('spaces that typography asks for stay, in questions, headings, titles and answers, and are read again', () => {
  const template: Template = {
    key: 'spaced',
    version: 1,
    type: 'plan',
    name: { fr: 'Essai' },
    sections: [
      {
        key: 'one',
        heading: { fr: 'Et\u00a0: quoi\u202f?' },
        questions: [
          { key: 'why', ask: { fr: 'Pourquoi «\u00a0ici\u00a0»\u202f?' }, answer: { kind: 'text' } },
          {
            key: 'how',
            ask: { fr: 'Comment\u202f?' },
            answer: { kind: 'choice', options: [{ key: 'so', label: { fr: 'Ainsi\u202f!' } }] },
          },
        ],
      },
    ],
  }
  const settled = settleValue({ kind: 'text' }, ' Parce \n que\u202f! ')
  expect(settled).toEqual({ value: 'Parce que\u202f!' })
  const answers = new Map<Path, Value>([
    [titlePath, 'Où\u202f?'],
    ['why', 'Parce que\u202f!'],
    ['how', ['so']],
  ])
  const written = writeAnswers(template, newPage(template, 'Titre', 2026), answers, 'fr')
  for (const line of [
    '# Où\u202f?',
    '## Et\u00a0: quoi\u202f?',
    '> Pourquoi «\u00a0ici\u00a0»\u202f?',
    'Parce que\u202f!',
    '- Ainsi\u202f!',
  ])
    expect(written.split('\n')).toContain(line)
  expect(readAnswers(template, written).answers).toEqual(answers)
})
