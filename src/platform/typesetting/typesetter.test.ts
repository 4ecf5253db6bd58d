import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import mammoth from 'mammoth'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { type Block, lettersOf, type Manuscript } from '#platform/typesetting/manuscript.ts'
import { printableText } from '#platform/typesetting/printable.ts'
import { mostLetters, openTypesetter, type Typesetter } from '#platform/typesetting/typesetter.ts'

const opened: Typesetter[] = []
const open = (limits = {}) => {
  const typesetter = openTypesetter(limits)
  opened.push(typesetter)
  return typesetter
}
const shared = open()

afterAll(() => {
  for (const typesetter of opened) typesetter.close()
})

const poppler = has('pdftotext') && has('pdfinfo')
if (!poppler) console.warn('pdftotext and pdfinfo are not installed: what PDF files say is not looked at.')

const plain: Manuscript = {
  title: 'Des puits à Abidjan',
  kicker: 'Solution',
  lede: '',
  authors: ['Réseau'],
  publisher: 'Réseau',
  date: '2026-03-12',
  language: 'fr',
  frameLanguage: 'fr',
  accent: '#1b5e45',
  logo: null,
  cover: null,
  facts: [{ name: 'Pays', values: [[{ text: 'Côte d’Ivoire' }]] }],
  imprint: [[{ text: 'Version 3' }]],
  footer: 'Réseau',
  blocks: [],
  pictures: {},
}

const none = async () => new Map<string, Buffer>()

const paragraphs = (...texts: string[]): Block[] =>
  texts.map(text => ({ kind: 'paragraph', runs: [{ text }] }))

async function set(manuscript: Manuscript, format: 'pdf' | 'docx', pictures = none) {
  const outcome = await shared.typeset(format, manuscript, pictures)
  if ('refused' in outcome) throw new Error(outcome.refused)
  return outcome.content
}

const everything: Block[] = [
  { kind: 'heading', level: 1, text: 'Le défi' },
  { kind: 'heading', level: 3, text: 'Qui est concerné ?' },
  {
    kind: 'paragraph',
    runs: [
      { text: 'gras', strong: true },
      { text: '\n' },
      { text: 'lien', link: 'https://exemple.org/a?b=c&d' },
      { text: ' m' },
      { text: '2', raised: 'above' },
    ],
  },
  { kind: 'paragraph', tone: 'aside', runs: [{ text: 'une consigne' }] },
  {
    kind: 'list',
    ordered: true,
    start: 4,
    items: [
      paragraphs('quatre', 'encore quatre'),
      [{ kind: 'list', ordered: false, start: 1, items: [paragraphs('dedans')] }],
    ],
  },
  { kind: 'quote', blocks: paragraphs('une citation') },
  { kind: 'passage', language: 'es', blocks: paragraphs('¿Qué tal?') },
  { kind: 'code', text: 'if (a) {\n  b\n}' },
  {
    kind: 'table',
    columns: [
      { align: 'start', weight: 4 },
      { align: 'end', weight: 1 },
    ],
    head: [paragraphs('Nom'), paragraphs('Nombre')],
    rows: [
      [paragraphs('Abobo'), paragraphs('12')],
      [[], []],
    ],
  },
  { kind: 'picture', picture: 'one', alt: 'Le puits' },
  { kind: 'rule' },
]
const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#086' } })
  .png()
  .toBuffer()
const shown = async () => new Map([['one', picture]])
const whole: Manuscript = { ...plain, blocks: everything, pictures: { one: { width: 300, height: 200 } } }

test.skipIf(!poppler)('a PDF says everything, in its order, and what it is', async () => {
  const pdf = await set(whole, 'pdf', shown)
  const text = poppled('pdftotext', ['-layout', '-', '-'], pdf)
  const order = [
    'Réseau',
    'Des puits à Abidjan',
    'Version 3',
    'Pays',
    'Le défi',
    'Qui est concerné',
    'gras',
    'lien',
  ]
  order.push('une consigne', '4.', 'quatre', 'dedans', 'une citation', '¿Qué tal?', 'if (a) {', 'Abobo', '12')
  expect(order.map(words => text.indexOf(words)).every((at, index, all) => at > (all[index - 1] ?? -1))).toBe(
    true,
  )
  const info = poppled('pdfinfo', ['-'], pdf)
  expect(info).toMatch(/Title:\s+Des puits à Abidjan/)
  expect(info).toMatch(/Author:\s+Réseau/)
  expect(info).toMatch(/Tagged:\s+yes/)
  expect(info).toMatch(/Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)/)
  expect(pdf.toString('latin1')).toMatch(/\/Lang\s*\(fr\)/)
  expect(pdf.toString('latin1')).toContain('https://exemple.org/a?b=c&d')
})

test('a DOCX has styles, lists, tables and links of its own', async () => {
  const docx = await set(whole, 'docx', shown)
  const { value: html, messages } = await mammoth.convertToHtml(
    { buffer: docx },
    { styleMap: ["p[style-name='Publisher'] => p.publisher:fresh"] },
  )
  expect(html).toContain('<h1>Le défi</h1>')
  expect(html).toContain('<h3>Qui est concerné ?</h3>')
  expect(html).toContain('<strong>gras</strong><br />')
  expect(html).toContain('<a href="https://exemple.org/a?b=c&amp;d">lien</a>')
  expect(html).toContain('m<sup>2</sup>')
  expect(html).toMatch(/<ol><li>quatre/)
  expect(html).toMatch(/<li>dedans<\/li>/)
  expect(html).toMatch(/<th><p>Nom<\/p><\/th>.*<td><p>Abobo<\/p><\/td>/)
  expect(html).toContain('alt="Le puits"')
  expect(messages.filter(({ type }) => type === 'error')).toEqual([])
})

test.skipIf(!poppler)('any text comes out of a PDF as itself', async () => {
  const sign = fc.constantFrom(...'#*_$@<>[]{}\\/`~"\'=+-:;.,!?()%^&|')
  const word = fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .array(fc.oneof(sign, fc.constantFrom(...'abcéœÀ0129 ')), { minLength: 1, maxLength: 24 })
        .map(all => all.join('')),
    },
    fc.constantFrom(
      '#eval("1+1")',
      '#import "x.typ"',
      '$ x^2 $',
      '= titre',
      '@cite',
      '<label>',
      '// rien',
      '/* rien',
      '\\u{41}',
      '#sys.inputs',
      '"; #read("/etc/passwd") //',
      'http://x.example/*a',
      '---',
      '...',
      '~',
    ),
  )
  const texts = fc.sample(word, { numRuns: 300, seed: 20_261_122 }).filter(text => text.trim() !== '')
  const pdf = await set(
    {
      ...plain,
      facts: [],
      imprint: [],
      title: 'T',
      publisher: 'P',
      footer: '',
      blocks: paragraphs(...texts),
    },
    'pdf',
  )
  const squeezed = (text: string) => text.replace(/[\s\u00ad\u200b]+/g, '').normalize('NFKC')
  const read = squeezed(
    poppled('pdftotext', ['-raw', '-nopgbrk', '-', '-'], pdf).replace(/^(?:T P|\d+ \/ \d+)$/gm, ''),
  )
  for (const text of texts) expect(read).toContain(squeezed(text))
})

test('any text comes out of a DOCX as itself', async () => {
  const texts = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), {
    numRuns: 200,
    seed: 20_261_122,
  })
  const odd = [
    '\0',
    '\ud800',
    'a\u0008b',
    '\uffff',
    '<w:p>&amp;</w:p>',
    ']]>',
    '\u202e',
    '😀',
    '漢字',
    'سلام',
  ]
  const docx = await set({ ...plain, blocks: paragraphs(...texts, ...odd) }, 'docx')
  const { value } = await mammoth.extractRawText({ buffer: docx })
  const squeezed = (text: string) => printableText(text).replace(/\s+/g, '')
  const read = squeezed(value)
  for (const text of [...texts, ...odd]) expect(read).toContain(squeezed(text))
})

test('scripts from everywhere, and characters of none, are set without a fall', async () => {
  const words = [
    'العربية من اليمين',
    '中文字符测试',
    'हिन्दी',
    'ភាសាខ្មែរ',
    'עברית',
    '😀👩‍👩‍👧 🇨🇮',
    '\0\ud800\uffff\u202e',
    'a\u0300'.repeat(200),
  ]
  for (const language of ['ar', 'zh', null, 'xx', 'not a language'])
    for (const format of ['pdf', 'docx'] as const)
      expect(
        (await set({ ...plain, language, blocks: paragraphs(...words) }, format)).length,
      ).toBeGreaterThan(2_000)
})

test('the same manuscript is the same PDF', async () => {
  const [one, other] = [await set(whole, 'pdf', shown), await set(whole, 'pdf', shown)]
  expect(one.equals(other)).toBe(true)
})

test('a book has a cover, contents and chapters on pages of their own', async () => {
  const chapters = ['Premier', 'Deuxième', 'Troisième']
  const book: Manuscript = {
    ...plain,
    cover: { contents: 'Sommaire', newPages: 1 },
    blocks: chapters.flatMap((text): Block[] => [
      { kind: 'heading', level: 1, text },
      ...paragraphs(`Dans ${text}`),
    ]),
  }
  const pdf = await set(book, 'pdf')
  if (poppler) {
    const pages = poppled('pdftotext', ['-layout', '-', '-'], pdf).split('\f')
    expect(pages[0]).toContain('Des puits à Abidjan')
    expect(pages[1]).toMatch(/Sommaire[\s\S]*Premier[ .\u2060]+3[\s\S]*Troisième[ .\u2060]+5/)
    expect(pages[3]).toContain('Dans Deuxième')
  }
  const { value } = await mammoth.extractRawText({ buffer: await set(book, 'docx') })
  expect(value).toMatch(/Sommaire[\s\S]*Premier[\s\S]*Dans Premier/)
})

test('more than can be set is refused before it is tried', async () => {
  const endless = { ...plain, blocks: paragraphs('mot '.repeat(mostLetters / 4 + 1)) }
  expect(lettersOf(endless)).toBeGreaterThan(mostLetters)
  expect(await shared.typeset('pdf', endless, none)).toEqual({ refused: 'too-long' })
})

test('what takes too long is stopped, and the next document is set all the same', async () => {
  const impatient = open({ seconds: 0.05 })
  const long = {
    ...plain,
    blocks: paragraphs(...Array.from({ length: 2_000 }, (_, count) => `Mot ${count} `.repeat(40))),
  }
  expect(await impatient.typeset('pdf', long, none)).toEqual({ refused: 'too-long' })
  expect(await impatient.typeset('pdf', long, none)).toEqual({ refused: 'too-long' })
  expect(await open().typeset('pdf', plain, none)).toHaveProperty('content')
})

test('what takes too much memory is stopped', async () => {
  if (process.platform !== 'linux') return
  const small = open({ memory: 1_000_000 })
  const long = {
    ...plain,
    blocks: paragraphs(...Array.from({ length: 3_000 }, (_, count) => `Mot ${count} `.repeat(60))),
  }
  expect(await small.typeset('pdf', long, none)).toEqual({ refused: 'too-long' })
})

test('who has waited too long is told to come again, rather than kept', async () => {
  const hurried = open({ waitingSeconds: 0.01 })
  const outcomes = await Promise.all([1, 2].map(() => hurried.typeset('pdf', whole, shown)))
  expect(outcomes.map(outcome => ('refused' in outcome ? outcome.refused : 'set'))).toEqual(['set', 'busy'])
})

test('who comes when too many wait is told to come again', async () => {
  const narrow = open({ waiting: 1 })
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => narrow.typeset('pdf', plain, none)))
  expect(outcomes.map(outcome => ('refused' in outcome ? outcome.refused : 'set'))).toEqual([
    'set',
    'set',
    'busy',
    'busy',
  ])
  expect(await narrow.typeset('pdf', plain, none)).toHaveProperty('content')
})

function has(program: string): boolean {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function poppled(program: string, args: string[], input: Buffer): string {
  return execFileSync(program, args, { input, encoding: 'utf8', maxBuffer: 50_000_000 })
}
