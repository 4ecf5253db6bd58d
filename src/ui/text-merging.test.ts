import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeTexts, movedCaret } from './text-merging.ts'

const word = fc.constantFrom('le', 'la', 'eau', 'projet', '**gras**', 'une', '2024', 'l’été', '-')
const sentence = fc.array(word, { minLength: 3, maxLength: 12 }).map(words => `${words.join(' ')}.`)
const text = fc
  .array(fc.tuple(sentence, fc.constantFrom(' ', '\n', '\n\n')), { maxLength: 8 })
  .map(parts => parts.flat().join(''))

describe('mergeTexts', () => {
  it('keeps what one has changed, whoever it was, and all of it where both have done the same', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(mergeTexts(before, after, before)).toBe(after)
        expect(mergeTexts(before, before, after)).toBe(after)
        expect(mergeTexts(before, after, after)).toBe(after)
      }),
    )
  })

  it('puts together what two have changed in different places', () => {
    fc.assert(
      fc.property(text, text, text, text, text, (start, one, middle, other, end) => {
        const between = ` Ici ${middle} là-bas. `
        const before = `${start}Un. ${between}Deux.${end}`
        const theirs = `${one}Un. ${between}Deux.${end}`
        const yours = `${start}Un. ${between}Deux.${other}`
        const merged = mergeTexts(before, theirs, yours)
        fc.pre(merged !== undefined)
        expect(merged).toBe(`${one}Un. ${between}Deux.${other}`)
      }),
    )
  })

  it('does so within a sentence, by words', () => {
    const before = 'Le projet a commencé en 2021 avec la ville.'
    expect(
      mergeTexts(before, 'Notre projet a commencé en 2021 avec la ville.', before.replace('ville', 'région')),
    ).toBe('Notre projet a commencé en 2021 avec la région.')
    expect(mergeTexts('un deux', 'un deux trois', 'zéro un deux')).toBe('zéro un deux trois')
  })

  it('leaves it to people where both have changed the same words', () => {
    expect(mergeTexts('Une phrase.', 'Celle de Awa.', 'Celle de Luc.')).toBeUndefined()
    expect(mergeTexts('', 'De Awa', 'De Luc')).toBeUndefined()
  })

  it('is done with the longest answers, and gives up rather than hold everything up', () => {
    const words = ['le', 'la', 'de', 'et', 'eau', 'ville', 'projet', 'femmes', 'énergie', 'apprendre']
    const long = Array.from({ length: 8_000 }, (_, at) => words[(at * at + (at >> 3)) % words.length])
    const before = long.map((one, at) => (at % 15 === 14 ? `${one}.` : one)).join(' ')
    const merged = mergeTexts(before, `Début ${before}`, `${before} Fin`)
    expect(merged).toBe(`Début ${before} Fin`)
    const flat = 'la '.repeat(20_000)
    expect(mergeTexts(flat, `le ${flat}le`, `les ${flat}les`)).toBeUndefined()
  })
})

describe('movedCaret', () => {
  it('stays before and after the same words', () => {
    expect(movedCaret('un deux', 'zéro un deux', 3)).toBe(8)
    expect(movedCaret('un deux', 'un deux trois', 3)).toBe(3)
    expect(movedCaret('un deux trois quatre', 'un 2 trois quatre cinq', 14)).toBe(11)
    expect(movedCaret('début un milieu deux fin', 'Début un milieu deux Fin', 12)).toBe(12)
  })

  it('is always in the text', () => {
    fc.assert(
      fc.property(text, text, fc.nat(), (before, after, at) => {
        const caret = before.length === 0 ? 0 : at % (before.length + 1)
        const moved = movedCaret(before, after, caret)
        expect(moved).toBeGreaterThanOrEqual(0)
        expect(moved).toBeLessThanOrEqual(after.length)
        expect(movedCaret(before, before, caret)).toBe(caret)
      }),
    )
  })
})
