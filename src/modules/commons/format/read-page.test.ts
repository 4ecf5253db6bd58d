import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { groupRows } from './group-rows.ts'
import type { Block, Page } from './page.ts'
import { readPage, titleFromFileName } from './read-page.ts'
import { blocksInOrder } from './reading-order.ts'

fc.configureGlobal({ seed: 617 })

const read = (...lines: string[]) => readPage(lines.join('\n'), 'a_page.md')
const codes = (page: Page) => page.problems.map(problem => problem.code)
const proseOf = (page: Page) => blocksInOrder(page.sections).prose.map(block => block.markdown)
const questionsOf = (page: Page) => blocksInOrder(page.sections).questions.map(question => question.text)

describe('title', () => {
  test('is the first heading of level one, also after the metadata', () => {
    const page = read('[[type:tools]]', '', '# Mapping &amp; *sorting*', '', '## How', 'Slowly.')
    expect(page).toMatchObject({
      title: 'Mapping & sorting',
      titleWritten: 'Mapping &amp; *sorting*',
      titleLine: 3,
    })
    expect(page.sections).toHaveLength(1)
  })

  test('falls back on the file name, and says so', () => {
    const page = readPage('[[type:blog]]\nHello #world', 'stories/le_tri__au_village.md')
    expect(page).toMatchObject({ title: 'Le tri au village', titleWritten: null })
    expect(page.problems).toMatchObject([{ code: 'title-missing', severity: 'warning' }])
    expect(titleFromFileName('')).toBe('—')
  })
})

describe('metadata', () => {
  test('keeps order, repeats and lines; survives BOM, CRLF, tabs and trailing spaces', () => {
    const page = readPage(
      '\ufeff# T\r\n\r\n\t[[type:solution]]  \r\n[[ SDGs :1. No poverty]] [[sdgs:2. Zero hunger]]\t\r\n',
      'x',
    )
    expect(page.meta).toEqual([
      { key: 'type', value: 'solution', line: 3 },
      { key: 'sdgs', value: '1. No poverty', line: 4 },
      { key: 'sdgs', value: '2. Zero hunger', line: 4 },
    ])
    expect([page.problems, page.sections]).toEqual([[], []])
  })

  test('reads values over several lines and addresses that end in a bracket', () => {
    const page = read(
      '[[ai_summary:One.',
      '',
      'Two.]]',
      '[[source:https://a.org/?q[0]]]',
      '# T',
      '[[type:story]]',
    )
    expect(page.meta.map(entry => [entry.key, entry.value, entry.line])).toEqual([
      ['ai_summary', 'One.\n\nTwo.', 1],
      ['source', 'https://a.org/?q[0]', 4],
      ['type', 'story', 6],
    ])
  })

  test('an unclosed value swallows nothing', () => {
    const page = read(
      '# T',
      '[[type:blog]]',
      '[[country:Togo]',
      'Text.',
      '[[year:2020]]',
      '[[date:2020',
      '## Next',
      'x]]',
    )
    expect(page.meta.map(entry => entry.key)).toEqual(['type', 'year'])
    expect(codes(page)).toEqual(['metadata-unclosed', 'metadata-unclosed'])
    expect(proseOf(page)).toEqual(['[[country:Togo]\nText.\n\n[[date:2020', 'x]]'])
  })

  test('inside the text it is taken out; time stamps are text', () => {
    const page = read(
      '# T',
      '[[type:story]]',
      '### [[0:24]] Who are you?',
      '[[tactics:Asset mapping]]',
      'Ana\\. See [[7:24\\]]]',
    )
    expect(page.sections[0]).toMatchObject({ heading: '[0:24] Who are you?', level: 3, line: 3 })
    expect(proseOf(page)).toEqual(['Ana\\. See [7:24]'])
    expect(page.meta.at(-1)).toEqual({ key: 'tactics', value: 'Asset mapping', line: 4 })
    expect(page.problems).toEqual([])
  })

  test('leftovers of the template are reported, whatever their key, and are no values', () => {
    const page = read(
      '# T',
      '[[type:{the type of element}]]',
      '[[colour:{any}]]',
      '[[latlng:{lat},{lng}]]',
      '[[colour:red]]',
    )
    expect(page.meta).toEqual([{ key: 'colour', value: 'red', line: 5 }])
    expect(page.problems.map(({ code, line, detail }) => [code, line, detail.value ?? ''])).toEqual([
      ['template-leftover', 2, '{the type of element}'],
      ['type-missing', 2, ''],
      ['template-leftover', 3, '{any}'],
      ['template-leftover', 4, '{lat},{lng}'],
      ['key-unknown', 5, 'red'],
    ])
  })

  test('an unknown key in a sentence is what its author wrote', () => {
    const page = read('# T', '[[type:blog]]', 'We said [[note: no]] then [[year:2021]] came.')
    expect(page.meta.map(entry => entry.key)).toEqual(['type', 'year'])
    expect(proseOf(page)).toEqual(['We said [[note: no]] then  came.'])
  })

  test('an unknown type is named', () => {
    expect(read('# T', '[[type:recipe]]').problems).toMatchObject([
      { code: 'type-unknown', detail: { value: 'recipe' } },
    ])
  })
})

describe('questions', () => {
  test('of a form hold their answers, decoded, without the instructions', () => {
    const page = read(
      ...[
        '# T',
        '[[type:learningplan]]',
        '## Défi',
        '> Methods &amp; tools?',
        '',
        'Ours.',
        '',
        '- ',
        '> None?',
        '',
        '- ',
      ],
      ...['> Type?', 'Please note: we ask you to only submit three.', 'Big bet'],
    )
    expect(page.form).toBe(true)
    expect(page.sections[0]?.blocks).toMatchObject([
      { kind: 'question', text: 'Methods & tools?', line: 4, answer: [{ markdown: 'Ours.\n\n-', line: 6 }] },
      { kind: 'question', text: 'None?', answer: [] },
      {
        kind: 'question',
        text: 'Type?',
        answer: [{ fromTemplate: true }, { fromTemplate: false, markdown: 'Big bet' }],
      },
    ])
  })

  test('are quotations in prose', () => {
    const page = read('# T', '[[type:blog]]', 'She said:', '> Never again.', '', 'And left.')
    expect([page.form, proseOf(page)]).toEqual([false, ['She said:\n> Never again.\n\nAnd left.']])
  })

  test('without a known type the shape of the page decides', () => {
    expect(read('# T', '', '> Name?', '', 'Ana', '', '> Age?', '', '19').form).toBe(true)
    expect(read('# T', '', '> To be', '> or not', '', 'x', '', '> Age?').form).toBe(false)
    expect(read('# T', '', '> Only one').form).toBe(false)
  })
})

describe('groups', () => {
  const partner = (name: string, sector: string) => [
    ...['<div class="group">', '> Name?', '', name, '</div>', ''],
    ...['<div class="group">', '> Sector?', '', sector, '</div>', ''],
  ]
  test('answer the question above them, one row per partner', () => {
    const page = read(
      '[[type:learningplan]]',
      '# T',
      '## Partners',
      '> Who?',
      ...partner('A', 'NGO'),
      ...partner('B', ''),
      '> Why?',
    )
    const [table] = page.sections.flatMap(groupRows)
    expect(table).toMatchObject({ question: 'Who?', columns: ['Name?', 'Sector?'], line: 6 })
    expect(table?.rows).toMatchObject([
      { cells: [[{ markdown: 'A' }], [{ markdown: 'NGO' }]] },
      { cells: [[{ markdown: 'B' }], []] },
    ])
    expect(page.sections[0]?.blocks.map(block => block.kind)).toEqual(['question', 'question'])
    expect(page.problems).toEqual([])
  })

  test('left open end at the next heading; a stray close is reported; nothing is lost', () => {
    const page = read(
      '[[type:learningplan]]',
      '# T',
      '<div class="group">',
      '> Q?',
      'A',
      '## Next',
      'B',
      '</div>',
      'C',
    )
    // The close pairs with the group, which so holds the heading: nothing is wrong with this page.
    expect(codes(page)).toEqual([])
    const open = read('[[type:learningplan]]', '# T', '<div class="group">', '> Q?', 'A', '## Next', 'B')
    expect(open.problems).toMatchObject([{ code: 'group-unclosed', line: 3 }])
    expect(open.sections.map(section => section.heading)).toEqual([null, 'Next'])
    expect(proseOf(open)).toEqual(['A', 'B'])
    expect(codes(read('[[type:learningplan]]', '# T', '</div>', 'A'))).toEqual(['group-stray-close'])
  })

  test('nest, and stay shallow enough to walk', () => {
    const page = readPage(`[[type:experiment]]\n# T\n${'<div class="group">\n'.repeat(20_000)}> Q\nA`, 'x')
    const deep = (blocks: readonly Block[]): number =>
      Math.max(0, ...blocks.map(block => (block.kind === 'group' ? 1 + deep(block.blocks) : 0)))
    expect(deep(page.sections[0]?.blocks ?? [])).toBe(16)
    expect(questionsOf(page)).toEqual(['Q'])
  })
})

const pieces = fc.constantFrom(
  ...[
    '[[',
    ']]',
    '[[type:solution]]',
    '[[x:y]]',
    '[[0:24]]',
    '{a}',
    '# ',
    '## h',
    '> q',
    '>',
    '\n',
    '\r\n',
    '\n\n',
  ],
  ...[
    '<div class="group">',
    '</div>',
    '<div>',
    '- ',
    'word ',
    '[a](b)',
    '![a](b)',
    '&amp;',
    '\ufeff',
    '\t',
    '\ud800',
  ],
)
const anyPage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(pieces, { maxLength: 60 }).map(all => all.join('')),
)

describe('for any text', () => {
  test('reading does not throw, has a title, and points at lines that exist', () => {
    fc.assert(
      fc.property(anyPage, fc.string(), (source, fileName) => {
        const page = readPage(source, fileName)
        const last = source.split(/\r\n?|\n/).length
        const { questions, prose } = blocksInOrder(page.sections)
        expect(page.title.trim()).not.toBe('')
        for (const { line } of [...page.meta, ...page.sections, ...page.problems, ...questions, ...prose]) {
          expect(line >= 1 && line <= last).toBe(true)
        }
        page.sections.map(groupRows)
      }),
      { numRuns: 500 },
    )
  })

  test('every metadata line is metadata, text or a problem', () => {
    const key = fc.constantFrom('type', 'year', 'colour', '0', 'x y')
    const value = fc.stringMatching(/^[a-z0-9{} ]{0,8}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 8 }), entries => {
        const page = readPage(entries.map(([name, text]) => `[[${name}:${text}]]`).join('\n'), 'x')
        for (const [index, [name, text]] of entries.entries()) {
          const line = index + 1
          const isMeta = page.meta.some(entry => entry.line === line && entry.value === text.trim())
          const isProblem = page.problems.some(
            found => found.code === 'template-leftover' && found.line === line,
          )
          expect(isMeta || isProblem || proseOf(page).join('\n').includes(`${name}:${text}`)).toBe(true)
        }
      }),
    )
  })
})
