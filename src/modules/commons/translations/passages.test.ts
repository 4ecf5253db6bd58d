import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPage } from '#modules/commons/format/read-page.ts'
import { shippedTemplates } from '#modules/commons/templates/shipped.ts'
import { compare, type KeptPassage, progressOf } from '#modules/commons/translations/comparison.ts'
import { type Passage, passageHash, passagesOf } from '#modules/commons/translations/passages.ts'
import { readingParts } from '#modules/commons/translations/reading-parts.ts'
import { translatedMarkdown } from '#modules/commons/translations/translated-page.ts'

const page = `# Le four solaire

[[type:blog]]
[[country:Togo]]

Une première phrase.

## Comment il marche

Il chauffe.

- un
- deux
`

function kept(passages: readonly Passage[]): KeptPassage[] {
  return [...new Map(passages.map(one => [one.path, one])).values()].map(({ path, text }) => ({
    path,
    text: `[${text}]`,
    sourceText: text,
    sourceHash: passageHash(text),
    personId: null,
    writtenAt: new Date(),
  }))
}

const states = (source: string, before: KeptPassage[]) =>
  compare(passagesOf(source, null, 'en'), before).passages.map(({ state, translated }) => [state, translated])

test('a page is translated by title, headings and texts', () => {
  expect(passagesOf(page, null, 'en').map(({ kind, text }) => [kind, text])).toEqual([
    ['title', 'Le four solaire'],
    ['prose', 'Une première phrase.'],
    ['heading', 'Comment il marche'],
    ['prose', 'Il chauffe.'],
    ['prose', '- un\n- deux'],
  ])
})

test('what a template asks is there in its languages; its answers have the places of their questions', () => {
  const template = shippedTemplates().find(({ type }) => type === 'learningplan')
  const rich = (one: { answer: { kind: string } }) => one.answer.kind === 'rich'
  const section = template?.sections.find(one => !one.repeated && one.questions.some(rich))
  const question = section?.questions.find(rich)
  expect(question).toBeDefined()
  if (!template || !section || !question) return
  const source = `# Plan\n\n[[type:learningplan]]\n\n## ${section.heading.en}\n\n> ${question.ask.en}\n\nUne réponse.\n\n> Une question à soi ?\n\nOui.\n`
  const passages = passagesOf(source, template, 'fr')
  expect(passages.find(({ text }) => text === question.ask.en)?.given).toBe(question.ask.fr)
  expect(passages.find(({ text }) => text === 'Une réponse.')?.path).toBe(question.key)
  expect(passages.find(({ text }) => text === 'Une question à soi ?')?.given).toBeNull()
  expect(passages.find(({ text }) => text === 'Oui.')?.path).toBe('body/1')
})

test('a translation goes with what it translates, and is to be looked at again where that has changed', () => {
  const before = kept(passagesOf(page, null, 'en'))
  expect(states(page, before).every(([state]) => state === 'current')).toBe(true)
  // A paragraph comes in before: the others keep theirs.
  const longer = page.replace('## Comment', 'Une deuxième phrase.\n\n## Autre\n\nTexte.\n\n## Comment')
  expect(states(longer, before)).toEqual([
    ['current', '[Le four solaire]'],
    ['current', '[Une première phrase.]'],
    ['missing', null],
    ['missing', null],
    ['missing', null],
    ['current', '[Comment il marche]'],
    ['current', '[Il chauffe.]'],
    ['current', '[- un\n- deux]'],
  ])
  const edited = compare(passagesOf(page.replace('Il chauffe.', 'Il chauffe bien.'), null, 'en'), before)
  expect(edited.passages.at(-2)).toMatchObject({ state: 'changed', kept: { sourceText: 'Il chauffe.' } })
  expect(progressOf(edited)).toEqual({ total: 5, translated: 4, changed: 1 })
  const shorter = compare(
    passagesOf('# Le four solaire\n\n[[type:blog]]\n\nUne première phrase.\n', null, 'en'),
    before,
  )
  expect(shorter.left.map(({ text }) => text)).toEqual([
    '[Comment il marche]',
    '[Il chauffe.]',
    '[- un\n- deux]',
  ])
})

const text = fc.constantFrom('Un.', 'Deux.', 'Trois.', 'Quatre.')

test('whatever becomes of a page, a translation of what it still says is found, and none is lost', () => {
  const source = fc
    .array(text, { maxLength: 6 })
    .map(texts => texts.map((one, index) => `## H${index}\n\n${one}\n`).join('\n'))
  fc.assert(
    fc.property(source, source, (was, is) => {
      const before = kept(passagesOf(`# T\n\n${was}`, null, 'en'))
      const now = compare(passagesOf(`# T\n\n${is}`, null, 'en'), before)
      const hashes = new Set(now.passages.map(({ passage }) => passageHash(passage.text)))
      for (const one of now.left) {
        const same = now.passages.filter(({ passage }) => passageHash(passage.text) === one.sourceHash)
        // Only where it says the same less often than before.
        if (hashes.has(one.sourceHash)) expect(same.every(({ state }) => state === 'current')).toBe(true)
      }
      const used = new Set(now.passages.flatMap(one => (one.kept ? [one.kept.path] : [])))
      expect(used.size + now.left.length).toBe(before.length)
    }),
  )
})

const item = {
  ...{
    id: '',
    slug: 's',
    fileName: 'four.md',
    title: 'T',
    type: null,
    language: 'fr',
    summary: '',
    facets: [],
  },
  ...{ latitude: null, longitude: null, version: 1, updatedAt: new Date(), source: page },
}

test('a translation leaves as a page of the commons that says what it translates', () => {
  const before = kept(passagesOf(page, null, 'en')).map(one => ({
    ...one,
    text: `EN ${one.sourceText.split('\n')[0]}`,
  }))
  const { passages } = compare(passagesOf(page, null, 'en'), before)
  expect(translatedMarkdown(item, 'en', passages)).toBe(`# EN Le four solaire

[[translation_of:four.md]]
[[language:en]]

[[type:blog]]
[[country:Togo]]

EN Une première phrase.

## EN Comment il marche

EN Il chauffe.

EN - un
`)
})

test('what is not translated, and what the page says of itself, leave as they were', () => {
  const line = fc.constantFrom(
    'Texte.',
    '## Titre',
    '> Une question ?',
    '[[country:Togo]]',
    '',
    '<div class="group">',
    '</div>',
    'Encore [[sdgs:7]] ici.',
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 15 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      const source = ['# Titre', '[[type:solution]]', ...lines].join(end)
      const passages = passagesOf(source, null, 'en')
      const untouched = translatedMarkdown({ ...item, source }, 'en', compare(passages, []).passages)
      const said = (one: string) =>
        readPage(one, 'x.md')
          .meta.map(({ key, value }) => `${key}:${value}`)
          .sort()
      const added = ['language:en', 'translation_of:four.md']
      expect(said(untouched)).toEqual([...said(source), ...added].sort())
      const translated = translatedMarkdown(
        { ...item, source },
        'en',
        compare(passages, kept(passages)).passages,
      )
      expect(said(translated)).toEqual([...said(source), ...added].sort())
      expect(readPage(translated, 'x.md').title).toBe('[Titre]')
    }),
  )
})

test('a long text is taken by its paragraphs; lists and what stands between fences stay whole', () => {
  const texts = ['Un.\nSuite.', '- a\n\n- b\n\n  et b', '```\nx\n\ny\n```', '1. un\n2. deux', 'Fin.']
  const source = `# T\n\n[[type:blog]]\n\n${texts.join('\n\n')}\n`
  expect(
    passagesOf(source, null, 'en')
      .slice(1)
      .map(({ path, text: one }) => [path, one]),
  ).toEqual(texts.map((one, index) => [`body/${index + 1}`, one]))
})

test('a long translation is read in parts; of passages not translated in a row the first says so', () => {
  const source = `# T\n\n[[type:blog]]\n\n${Array.from({ length: 20 }, (_, index) => `Texte ${index}.`).join('\n\n')}\n`
  const { passages } = compare(
    passagesOf(source, null, 'en'),
    kept(passagesOf(source, null, 'en')).slice(0, 3),
  )
  const parts = readingParts(passages, 100)
  expect(parts.length).toBeGreaterThan(1)
  expect(parts.flat().map(({ passage }) => passage.path)).toEqual(
    passages.slice(1).map(({ passage }) => passage.path),
  )
  expect(parts[0]?.map(({ saysMissing }) => saysMissing).slice(0, 4)).toEqual([false, false, true, false])
  expect(readingParts([])).toEqual([[]])
})

test('what was chosen is said in the languages of the template; numbers say the same in each', () => {
  const template = shippedTemplates().find(({ type }) => type === 'learningplan')
  const choice = template?.sections
    .flatMap(one => (one.repeated ? [] : one.questions))
    .find(one => one.answer.kind === 'choice' && one.answer.many)
  if (!template || choice?.answer.kind !== 'choice') throw new Error('No choice of several')
  const [first, second] = choice.answer.options
  const source = (answer: string) => `# Plan\n\n[[type:learningplan]]\n\n> ${choice.ask.en}\n\n${answer}\n`
  const answered = (answer: string, language = 'fr') =>
    passagesOf(source(answer), template, language).find(({ kind }) => kind === 'prose')?.given
  expect(answered(`- ${first?.label.en}\n- ${second?.label.en}`)).toBe(
    `- ${first?.label.fr}\n- ${second?.label.fr}`,
  )
  expect(answered(`${first?.label.en}`)).toBe(first?.label.fr)
  // Somebody's own words are for a translator, with what stands beside them; so is a language that the template lacks.
  expect(answered(`- ${first?.label.en}\n- Something of our own`)).toBeNull()
  expect(answered(`- ${first?.label.en}`, 'de')).toBeNull()
  expect(passagesOf('# T\n\n1 250 / 12 %\n', null, 'fr').at(-1)?.given).toBe('1 250 / 12 %')
})

test('the title is read once, not again under the question that asks for it', () => {
  const source =
    '# Le four\n\n[[type:learningplan]]\n\n## Nom\n\n> Comment s’appelle-t-il ?\n\nLe four\n\n## La suite\n\nIl chauffe.\n'
  const [part] = readingParts(compare(passagesOf(source, null, 'en'), []).passages)
  expect(part?.map(({ passage }) => passage.text)).toEqual(['La suite', 'Il chauffe.'])
})
