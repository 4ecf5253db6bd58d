import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import '../../../../test/fast-check.ts'
import { findPassage, replacePassage, selectorOf } from '#modules/commons/discussion/passage.ts'

const text = `Le four solaire chauffe l’eau de trente familles. Il a coûté **deux cents** euros, payés par
[la coopérative](https://exemple.org/le/four) du village.

Le four à gaz coûte plus cher. Le four solaire attire les voisins.`

const found = (quote: string, prefix = '', suffix = '') => {
  const passage = findPassage(text, { exact: quote, prefix, suffix })
  return passage && { said: text.slice(passage.start, passage.end), sure: passage.sure }
}

describe('a passage', () => {
  test('is found as it is written', () => {
    expect(found('chauffe l’eau de trente familles')).toEqual({
      said: 'chauffe l’eau de trente familles',
      sure: true,
    })
  })

  test('is found by its words, as they are read on the page', () => {
    expect(found('Il a coûté deux cents euros, payés par la coopérative du village')).toEqual({
      said: 'Il a coûté **deux cents** euros, payés par\n[la coopérative](https://exemple.org/le/four) du village',
      sure: true,
    })
  })

  test('keeps the signs at its ends', () => {
    expect(found('chauffe  l’eau de trente familles.')?.said).toBe('chauffe l’eau de trente familles.')
    expect(found('chauffe  l’eau de trente familles !')?.said).toBe('chauffe l’eau de trente familles')
  })

  test('of two alike, the one is meant that has the same beside it', () => {
    expect(found('Le four', 'du village.\n\n', ' à gaz')?.said).toBe('Le four')
    const passage = findPassage(text, {
      exact: 'Le four',
      prefix: 'coûte plus cher. ',
      suffix: ' solaire attire',
    })
    expect(passage).toEqual({
      start: text.lastIndexOf('Le four'),
      end: text.lastIndexOf('Le four') + 7,
      sure: true,
    })
    expect(found('Le four')?.sure).toBe(false)
  })

  test('that has changed is found again, and not taken for the same', () => {
    expect(found('Le four solaire réchauffe bien l’eau de trente familles')).toEqual({
      said: 'Le four solaire chauffe l’eau de trente familles',
      sure: false,
    })
  })

  test('that is gone is not found, nor is a word that stands somewhere else', () => {
    expect(found('la lampe éclaire toute la rue du marché')).toBeNull()
    expect(found('cher', 'Il a vendu très ', ' au marché')?.sure).toBe(false)
  })

  test('is not looked for where links lead', () => {
    expect(found('exemple.org')?.sure ?? true).toBe(true)
    expect(
      findPassage('[ici](https://exemple.org/a) et exemple.', { exact: 'Exemple', prefix: '', suffix: '' }),
    ).toEqual({
      start: 32,
      end: 39,
      sure: true,
    })
  })
})

describe('something else in its place', () => {
  const replaced = (quote: string, replacement: string) => {
    const passage = findPassage(text, { exact: quote, prefix: '', suffix: '' })
    return passage && replacePassage(text, passage, replacement)
  }

  test('leaves all around it as it is', () => {
    expect(replaced('trente familles', 'quarante familles')).toBe(text.replace('trente', 'quarante'))
  })

  test('takes the marks with it that end beside it', () => {
    expect(replaced('deux cents euros', 'peu')).toBe(text.replace('**deux cents** euros', 'peu'))
    expect(replaced('Il a coûté deux cents', 'Il a pris')).toBe(
      text.replace('Il a coûté **deux cents**', 'Il a pris'),
    )
    expect(replaced('par la coopérative', 'par elle')).toBe(
      text.replace('par\n[la coopérative](https://exemple.org/le/four)', 'par elle'),
    )
  })

  test('is refused where it would tear them apart', () => {
    expect(replaced('coûté deux', 'pris')).toBeNull()
    expect(replaced('coopérative du village', 'mairie')).toBeNull()
  })
})

const words = fc.array(
  fc.constantFrom('le', 'four', 'solaire', 'mil', 'eau', 'à', 'Bouaké', '2024', 'très', 'sûr'),
  {
    minLength: 1,
    maxLength: 60,
  },
)

describe('whatever the text', () => {
  test('a passage that was kept is found where it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.nat(),
        (whole, a, b) => {
          const [start, end] = [a % whole.length, b % (whole.length + 1)].sort((x, y) => x - y) as [
            number,
            number,
          ]
          const selector = selectorOf(whole, { start, end })
          const again = findPassage(whole, selector)
          if (selector.exact === '') return
          expect(again && whole.slice(again.start, again.end)).toBe(selector.exact)
          if (again?.sure) expect([again.start, again.end]).toEqual([start, end])
        },
      ),
    )
  })

  test('it is found again when something is written before and after it', () => {
    fc.assert(
      fc.property(words, words, words, words, words, (ahead, before, quoted, behind, after) => {
        const was = `${before.join(' ')} «${quoted.join(' ')}» ${after.join(' ')}`
        const start = before.join(' ').length + 2
        const selector = selectorOf(was, { start, end: start + quoted.join(' ').length })
        const is = `${ahead.join(' ')}\n\n${was}\n\n${behind.join(' ')}`
        const passage = findPassage(is, selector)
        expect(passage && is.slice(passage.start, passage.end)).toBe(selector.exact)
        if (passage?.sure) expect(passage.start).toBe(ahead.join(' ').length + 2 + start)
      }),
    )
  })

  test('what is called sure has the very words', () => {
    const reading = (of: string) => of.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
    fc.assert(
      fc.property(words, words, (some, quoted) => {
        const here = some.join(' ')
        const passage = findPassage(here, { exact: quoted.join('  '), prefix: '', suffix: '' })
        if (!passage) return
        expect(passage.start).toBeLessThan(passage.end)
        if (passage.sure)
          expect(reading(here.slice(passage.start, passage.end))).toEqual(reading(quoted.join(' ')))
      }),
    )
  })

  test('replacing puts in what was proposed and touches nothing but the passage and its marks', () => {
    const marked = fc.array(
      fc.constantFrom('le', '**four**', '_solaire_', '[mil](https://x.org)', 'eau', '`code`', '*très* sûr'),
      {
        minLength: 1,
        maxLength: 30,
      },
    )
    fc.assert(
      fc.property(marked, fc.nat(), fc.integer({ min: 1, max: 5 }), (some, from, count) => {
        const here = some.join(' ')
        const plain = (part: string) => part.replace(/[*_`]|\[|\]\([^)]*\)/g, '')
        const begin = from % some.length
        const quoted = plain(some.slice(begin, begin + count).join(' '))
        const passage = findPassage(here, {
          exact: quoted,
          prefix: some.slice(0, begin).join(' '),
          suffix: some.slice(begin + count).join(' '),
        })
        const written = passage && replacePassage(here, passage, 'NOUVEAU')
        if (!written) return
        expect(written).toContain('NOUVEAU')
        const marks = (part: string) => part.match(/\*\*|[_`[]|\]\(/g)?.length ?? 0
        // No mark is left without its other half.
        expect(
          (marks(written) - (written.match(/\]\(/g)?.length ?? 0) - (written.match(/\[/g)?.length ?? 0)) % 2,
        ).toBe(0)
        expect(written.match(/\[/g)?.length).toBe(written.match(/\]\(/g)?.length)
      }),
    )
  })

  test('a long text takes its time once', () => {
    const long = 'le four solaire du village '.repeat(8_000)
    const passage = findPassage(`${long} une seule fois dite ici même ${long}`, {
      exact: 'une seule fois redite ici même',
      prefix: '',
      suffix: '',
    })
    expect(passage?.sure).toBe(false)
    expect(findPassage(']('.repeat(50_000), { exact: 'rien de tel ici', prefix: '', suffix: '' })).toBeNull()
  })
})
