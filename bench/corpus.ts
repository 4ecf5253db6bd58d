import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '#kernel/project.ts'
import type { Page } from '#modules/commons/archive/index.ts'
import { detectLanguage } from '#modules/commons/format/language.ts'
import { countriesByName } from '#reference/countries.ts'

type Language = 'en' | 'fr' | 'es' | 'pt'

/**
 * Pages that never were, always the same for the same number: words drawn as often as in the demonstration's pages of
 * their language, sizes as in a public commons, themes by Zipf's law. Page 7 is the same in a hundred as in a million.
 */
export function* generatedPages(count: number): Generator<Page> {
  const model = readModel()
  for (let number = 0; number < count; number++) {
    yield { name: `page-${String(number).padStart(7, '0')}.md`, bytes: Buffer.from(pageOf(number, model)) }
  }
}

interface Model {
  /** Every word of the texts as often as it stands there: drawing one evenly gives its frequency. */
  words: Record<Language, string[]>
  countries: string[]
}

/** Bytes of a page at each twentieth of 617 pages of a public commons; the last hundredth is long. */
const sizes = [
  ...[350, 818, 1_050, 1_270, 1_500, 1_760, 2_600, 3_400, 4_200, 5_000, 5_700],
  ...[6_600, 7_500, 8_400, 9_300, 10_300, 11_500, 12_900, 14_500, 17_700, 29_000],
]
const longest = 60_000

const languages: readonly (readonly [Language, number])[] = [
  ['en', 0.62],
  ['es', 0.8],
  ['fr', 0.93],
  ['pt', 1],
]

const types = ['solution', 'solution', 'solution', 'experiment', 'learningplan', 'learningplan']
const sections = ['Overview', 'Purpose', 'How it works', 'Requirements', 'Reflections', 'Examples']
const methods = ['Interviews', 'Prototyping', 'Citizen science', 'Surveys', 'Sensemaking', 'Data mapping']
const goals = [
  ...['No poverty', 'Zero hunger', 'Good health and well-being', 'Quality education', 'Gender equality'],
  ...['Clean water and sanitation', 'Affordable and clean energy', 'Decent work and economic growth'],
  ...[
    'Industry, innovation and infrastructure',
    'Reduced inequalities',
    'Sustainable cities and communities',
  ],
  ...['Responsible consumption and production', 'Climate action', 'Life below water', 'Life on land'],
  ...['Peace, justice and strong institutions', 'Partnerships for the goals'],
]
const knownThemes = 4_000
const rareWords = 300_000

function readModel(): Model {
  const words: Model['words'] = { en: [], fr: [], es: [], pt: [] }
  const folder = join(projectFolder, 'demo/commons')
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.md')) continue
    const text = readFileSync(join(folder, file), 'utf8')
    const prose = text
      .split('\n')
      .filter(line => !/^(\[\[|[<>!]|\*\*|#)/.test(line))
      .join(' ')
    const { language } = detectLanguage(prose)
    if (language === null || !(language in words)) continue
    words[language as Language].push(...(prose.match(/[\p{L}’]{2,}/gu) ?? []))
  }
  return { words, countries: countriesByName('en').map(country => country.name) }
}

function pageOf(number: number, model: Model): string {
  // One page in a hundred is its neighbour told twice, with another ending: what resemblance looks for.
  const twice = number % 100 === 99
  const random = randomFrom(twice ? number - 1 : number)
  const draw = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const share = random()
  const language = languages.find(([, upTo]) => share < upTo)?.[0] ?? 'en'
  const word = () => {
    // New words never end, but each is rarer than the last.
    if (random() < 0.015) return inventedWord(zipf(random(), rareWords))
    return draw(model.words[language])
  }
  const sentence = (least: number, more: number) => {
    const length = least + Math.floor(random() * more)
    const text = Array.from({ length }, word).join(' ')
    return text.charAt(0).toUpperCase() + text.slice(1)
  }

  const size = sizeAt(random())
  const title = sentence(4, 7)
  const lines = [
    `# ${title}${twice ? ' (2)' : ''}`,
    '',
    `[[year:${2019 + Math.floor(random() * 7)}]]`,
    `[[type:${draw(types)}]]`,
    `[[country:${model.countries[zipf(random(), model.countries.length) - 1]}]]`,
  ]
  if (random() < 0.7) {
    const [north, east] = [random() * 110 - 50, random() * 340 - 170]
    lines.push(`[[latlng:${north.toFixed(4)},${east.toFixed(4)}]]`)
  }
  for (let left = Math.floor(random() * 4); left > 0; left--) {
    const goal = zipf(random(), goals.length)
    lines.push(`[[sdgs:${goal}. ${goals[goal - 1]}]]`)
  }
  for (let left = 1 + Math.floor(random() * 8); left > 0; left--) {
    const theme = zipf(random(), knownThemes)
    lines.push(`[[thematic_areas:${inventedWord(theme * 31)} ${inventedWord(theme * 17)}]]`)
  }
  if (random() < 0.4) lines.push(`[[methods:${draw(methods)}]]`)

  let text = `${lines.join('\n')}\n`
  for (let index = 0; text.length < size; index++) {
    text += `\n## ${sections[index % sections.length]}\n\n`
    for (let left = 2 + Math.floor(random() * 3); left > 0 && text.length < size; left--) {
      text += `${Array.from({ length: 3 + Math.floor(random() * 4) }, () => sentence(8, 18)).join('. ')}.\n\n`
    }
  }
  return text
}

function sizeAt(share: number): number {
  if (share > 0.995) return longest * (0.5 + (share - 0.995) * 100)
  const place = share * (sizes.length - 1)
  const below = Math.floor(place)
  const [low = 0, high = low] = sizes.slice(below, below + 2)
  return low + (high - low) * (place - below)
}

/** A rank from 1 to `most`, each about as frequent as its inverse. */
function zipf(share: number, most: number): number {
  return Math.min(most, Math.floor((most + 1) ** share))
}

const syllables = 'ba ce di fo gu la me ni po ru sa te vi zo cla bre tri gno plu sta'.split(' ')

function inventedWord(number: number): string {
  let word = ''
  for (let rest = number + 400; rest > 0; rest = Math.floor(rest / syllables.length)) {
    word += syllables[rest % syllables.length]
  }
  return word
}

/** Mulberry32: small, fast, the same on every machine. */
function randomFrom(number: number): () => number {
  let state = Math.imul(number + 1, 0x9e3779b1)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
