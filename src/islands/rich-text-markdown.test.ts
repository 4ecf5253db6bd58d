import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import type { Mark, Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { readPage } from '#modules/commons/format/read-page.ts'
import { meaningOf, readRich, writeRich } from './rich-text-markdown.ts'
import { schema } from './rich-text-schema.ts'

const sample = fileURLToPath(new URL('../../../shared/commons-sample', import.meta.url))

describe('what is read is written again', () => {
  it('byte for byte where nothing was changed', () => {
    const texts = [
      'One paragraph.',
      'Two\nlines of one.\n\n\n\nAnother with *em*, _em_, **strong**, `code` and a [link](https://a.example/x_y "T").',
      '* star\n* star\n\n+ plus\n\n1) one\n2) two\n\n- a\n  - b\n\n    loose',
      'Bare https://a.example/~x_y_ and <https://b.example> &amp; more.  \nbroken\\\nbroken',
      'Signs [kept] as they are ~50 a*b 3 * 4 | x',
      '![A boat](https://a.example/b.png "Title")',
      '',
    ]
    for (const text of texts) {
      const rich = readRich(text)
      expect(rich, text).not.toBeNull()
      expect(rich && writeRich(rich.doc, rich)).toBe(text)
    }
  })

  it('is not taken in where the editor has nothing to show it with', () => {
    const texts = [
      '# Heading',
      'Heading\n===',
      '> quoted',
      '---',
      'a <b>c</b>',
      '<div class="group">\n\nx\n\n</div>',
      '| a |\n|---|\n| b |',
      '```\ncode\n```',
      '~~gone~~',
      '[x]\n\n[x]: https://a.example',
      '- [x]: https://a.example',
      'The start [[0:24]] of it',
      '[[type:solution]]',
      '![*a* b](https://a.example/x.png)',
    ]
    for (const text of texts) expect(readRich(text), text).toBeNull()
  })

  it('leaves all other blocks as they were when one is changed', () => {
    const text = '* a\n* b\n\nTwo\nlines_ [x] ~\n\nLast one &amp; all'
    const rich = readRich(text)
    if (!rich) throw new Error('not read')
    const doc = rich.doc.copy(
      rich.doc.content.replaceChild(0, schema.node('paragraph', null, [schema.text('New')])),
    )
    expect(writeRich(doc, rich)).toBe('New\n\nTwo\nlines_ [x] ~\n\nLast one &amp; all')
  })
})

describe('what was made in the editor', () => {
  it('comes back with all its words from the Markdown it is written in, and is then written the same', () => {
    fc.assert(
      fc.property(documents, doc => {
        const markdown = writeRich(doc, null)
        const read = readRich(markdown)
        expect(read, markdown).not.toBeNull()
        // Words are never lost; emphasis is where Markdown can say it.
        expect(wordsOf(read?.doc)).toBe(wordsOf(doc))
        expect(writeRich(read?.doc ?? doc, read)).toBe(markdown)
      }),
      { numRuns: 120 },
    )
  })

  it('with its emphasis, where words stand round it', () => {
    fc.assert(
      fc.property(plainDocuments, doc => {
        const read = readRich(writeRich(doc, null))
        expect(read && meaningOf(read.doc)).toBe(meaningOf(doc))
      }),
      { numRuns: 120 },
    )
  })

  it('is no heading, question, group or metadata of the page', () => {
    fc.assert(
      fc.property(documents, doc => {
        const page = readPage(`# T\n\n[[type:solution]]\n\n> Q\n\n${writeRich(doc, null)}`, 'x.md')
        expect(page.meta).toHaveLength(1)
        expect(page.sections).toHaveLength(1)
        const kinds = page.sections[0]?.blocks.map(({ kind }) => kind)
        expect(kinds).toEqual(['question'])
      }),
    )
  })

  it('says emphasis that touches words in a way Markdown knows', () => {
    const [strong, em] = [mark('strong'), mark('em')]
    const doc = paragraphs([schema.text('mot'), schema.text('(x)', [strong]), schema.text('suite')])
    expect(writeRich(doc, null)).toBe('mot(**x**)suite')
    const both = paragraphs([schema.text('a', [strong]), schema.text('b', [em])])
    expect(meaningOf(readRich(writeRich(both, null))?.doc ?? both)).toBe(meaningOf(both))
  })

  it('escapes what would be something else, and no more', () => {
    const text = (words: string) => writeRich(paragraphs([schema.text(words)]), null)
    expect(text('# a')).toBe('\\# a')
    expect(text('#tag')).toBe('#tag')
    expect(text('12. a')).toBe('12\\. a')
    expect(text('2024')).toBe('2024')
    expect(text('> a')).toBe('\\> a')
    expect(text('- a')).toBe('\\- a')
    expect(text('[[type:x]]')).toBe('\\[\\[type:x]]')
    expect(text('<b> &amp; 3 < 4 & 5')).toBe('\\<b> \\&amp; 3 < 4 & 5')
    expect(text('snake_case et _x_')).toBe('snake_case et \\_x\\_')
    expect(text('voir https://a.example/_x_~y, ou non')).toBe('voir <https://a.example/_x_~y>, ou non')
    expect(text('voir https://a.example/_x_~y ou non')).toBe('voir https://a.example/_x_~y ou non')
  })
})

describe.skipIf(!existsSync(sample))('the answers of the public pages', () => {
  it('are written again as they were, or are not taken in', () => {
    const files = globSync('*.md', { cwd: sample }).filter((_, index) => index % 8 === 0)
    let [taken, all] = [0, 0]
    for (const name of files) {
      const page = readPage(readFileSync(`${sample}/${name}`, 'utf8'), name)
      for (const block of page.sections.flatMap(section => section.blocks)) {
        const answers = block.kind === 'question' ? block.answer : [block]
        for (const answer of answers) {
          if (answer.kind !== 'prose' || answer.markdown.length > 50_000) continue
          all += 1
          const rich = readRich(answer.markdown)
          if (!rich) continue
          taken += 1
          const text = answer.markdown.replace(/\r/g, '')
          expect(writeRich(rich.doc, rich), name).toBe(text.replace(/^(?:[ \t]*\n)+/, '').trimEnd())
          // Written anew in every block, it says the same.
          const anew = readRich(writeRich(rich.doc, null))
          expect(anew && wordsOf(anew.doc), `${name}\n${answer.markdown}`).toBe(wordsOf(rich.doc))
        }
      }
    }
    expect(taken / all).toBeGreaterThan(0.9)
  })
})

function wordsOf(doc: Node | undefined): string {
  return (doc?.textBetween(0, doc.content.size, ' ', ' ') ?? '').replace(/\s+/g, ' ').trim()
}

function mark(name: 'em' | 'strong' | 'code'): Mark {
  return schema.mark(name)
}

function paragraphs(...contents: Node[][]): Node {
  return schema.node(
    'doc',
    null,
    contents.map(content => schema.node('paragraph', null, content)),
  )
}

const awkward = fc.constantFrom(
  ...['#', '# ', '>', '> ', '- ', '-', '--', '---', '+ ', '* ', '**', '*', '_', '__', '`', '```', '~~', '~'],
  ...[
    '1. ',
    '12) ',
    '[[type:x]]',
    '[x]',
    '](',
    '![',
    '!',
    '<b>',
    '</div>',
    '<div class="group">',
    '<!--',
    '&amp;',
  ],
  ...[
    '&',
    '\\',
    '|',
    '|-|',
    ':-- | --',
    '===',
    '\t',
    '  ',
    '\u00a0',
    '«',
    '»',
    '(',
    ')',
    '.',
    ' ',
    'é',
    '\u200b',
  ],
  ...[
    'https://a.example/_x_',
    'www.a.example',
    '<https://b.example>',
    '[[0:24]]',
    'a@b.example',
    '$',
    '{',
    '}',
  ],
)
const words = fc.constantFrom('mot', 'deux mots', 'a', 'snake_case', 'x1', 'école', '3 < 4')
const texts = fc
  .array(fc.oneof(awkward, words), { minLength: 1, maxLength: 5 })
  .map(parts => parts.join(''))
  .filter(text => text.trim() !== '')

/** @param second what stands between, if it is another */
function documentsOf(inline: fc.Arbitrary<Node>, second = inline): fc.Arbitrary<Node> {
  const paragraph = fc
    .array(fc.tuple(inline, second), { minLength: 1, maxLength: 3 })
    .map(content => schema.node('paragraph', null, content.flat()))
  const { block } = fc.letrec<{ block: Node; item: Node }>(tie => ({
    block: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      paragraph,
      fc
        .tuple(
          fc.boolean(),
          fc.integer({ min: 0, max: 120 }),
          fc.array(tie('item'), { minLength: 1, maxLength: 3 }),
        )
        .map(([ordered, order, items]) =>
          ordered ? schema.node('ordered_list', { order }, items) : schema.node('bullet_list', null, items),
        ),
    ),
    item: fc
      .array(tie('block'), { minLength: 1, maxLength: 3 })
      .map(blocks => schema.node('list_item', null, blocks)),
  }))
  return fc.array(block, { minLength: 1, maxLength: 4 }).map(blocks => schema.node('doc', null, blocks))
}

const anyMarks = fc
  .record({ em: fc.boolean(), strong: fc.boolean(), code: fc.boolean(), link: fc.boolean() })
  .map(({ em, strong, code, link }) => [
    ...(em ? [mark('em')] : []),
    ...(strong ? [mark('strong')] : []),
    ...(link ? [schema.mark('link', { href: 'https://a.example/(x) y', title: '' })] : []),
    ...(code ? [mark('code')] : []),
  ])

const documents = documentsOf(
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(texts, anyMarks).map(([text, marks]) => schema.text(text, marks)) },
    { weight: 1, arbitrary: fc.constant(schema.node('hard_break')) },
    { weight: 1, arbitrary: texts.map(alt => schema.node('image', { src: 'https://a.example/i.png', alt })) },
  ),
)

const plainDocuments = documentsOf(
  fc.constantFrom('un mot', 'deux', 'l’été', 'x').map(text => schema.text(` ${text} `)),
  fc
    .tuple(
      fc.constantFrom('un mot', '« deux »', 'l’été', 'x.'),
      fc.constantFrom([mark('em')], [mark('strong')], [mark('em'), mark('strong')], [mark('code')]),
    )
    .map(([text, marks]) => schema.text(` ${text} `, marks)),
)
