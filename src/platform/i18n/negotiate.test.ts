import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultLocale, isLocale, locales } from '#kernel/locale.ts'
import { negotiateLocale } from './negotiate.ts'

describe('the language of a reader', () => {
  it.each([
    ['en', 'en'],
    ['pt-BR', 'pt'],
    ['ES-419', 'es'],
    ['es-ES,es;q=0.9,en;q=0.8', 'es'],
    ['zh-Hant-TW, pt-PT;q=0.4', 'pt'],
  ] as const)('%s is %s', (header, locale) => {
    expect(negotiateLocale(header)).toBe(locale)
  })

  it('is the one wished for most, wherever it stands', () => {
    expect(negotiateLocale('en;q=0.3, pt;q=0.8, es;q=0.5')).toBe('pt')
    expect(negotiateLocale('fr;q=0.9, en')).toBe('en')
    expect(negotiateLocale('en;q=0.001, es;q=0.002')).toBe('es')
  })

  it('is the first of those wished for equally', () => {
    expect(negotiateLocale('es, en')).toBe('es')
    expect(negotiateLocale('en;q=0.5, es;q=0.5')).toBe('en')
  })

  it('is never one that is refused with q=0', () => {
    expect(negotiateLocale('en;q=0, es;q=0.1')).toBe('es')
    expect(negotiateLocale('en;q=0.000')).toBe(defaultLocale)
  })

  it('passes over languages that we do not speak', () => {
    expect(negotiateLocale('wo, ff;q=0.9, en;q=0.2')).toBe('en')
  })

  it('bears spaces, empty parts and other parameters', () => {
    expect(negotiateLocale(' , de ;q=0.9 ,\ten ; q=0.8 ,, es;level=1;q=0.4')).toBe('en')
  })

  it.each([undefined, '', '*', 'de, it;q=0.5', ';;;', '-', 'q=1', 'français'])(
    'is ours when none is known: %s',
    header => {
      expect(negotiateLocale(header)).toBe(defaultLocale)
    },
  )

  it('is always one that we speak, whatever is sent', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom(...locales, '*', ';q=', ',', '-', ';q=0', ';q=2', ' '))
    fc.assert(
      fc.property(fc.array(part), parts => {
        expect(isLocale(negotiateLocale(parts.join('')))).toBe(true)
      }),
    )
  })

  it('is the best of well-formed wishes', () => {
    const wishes = fc.uniqueArray(
      fc.record({ locale: fc.constantFrom(...locales), quality: fc.integer({ min: 1, max: 1000 }) }),
      { selector: wish => wish.locale, minLength: 1 },
    )
    fc.assert(
      fc.property(wishes, wishes => {
        const header = wishes
          .map(({ locale, quality }) => `${locale};q=${(quality / 1000).toFixed(3)}`)
          .join(', ')
        const best = Math.max(...wishes.map(wish => wish.quality))
        expect(negotiateLocale(header)).toBe(wishes.find(wish => wish.quality === best)?.locale)
      }),
    )
  })
})
