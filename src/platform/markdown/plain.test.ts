import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { growthOf, mostGrowth } from '../../../test/growth.ts'
import { inlineText, plainText, renderMarkdown } from './index.ts'

describe('plainText', () => {
  it.each([
    ['# Title\n\n> question\n\n- one\n- two', 'Title\nquestion\none\ntwo'],
    [
      'OK\\. It is **bold**, _soft_, ~~gone~~, `code`, snake_case, 5 * 3',
      'OK. It is bold, soft, gone, code, snake_case, 5 * 3',
    ],
    [
      '[a (b)](https://x.example/(y)) and ![Missing alt text](https://x.example/a.png)![A map](z)',
      'a (b) and A map',
    ],
    ['<div class="group">a<br>b</div><o:p></o:p><font x=">">c</font>', 'a\nb\n">c'],
    ['R&amp;D &eacute;t&#233; &lt;b&gt; a & b', 'R&D été <b> a & b'],
    ['[[type:story]]\n### [[0:24]] Hello [[not metadata]]', 'Hello [[not metadata]]'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', 'a b\n1 2'],
    ['<script>alert(1)</script>x<!-- y -->z', 'xz'],
    ['a < b > c, <https://x.example/a>', 'a < b > c, https://x.example/a'],
    ['Title\n=====\n\n***\n\n```js\ncode\n```\n\n[r]: https://x.example', 'Title\ncode'],
    ['1. first\n2. second', '1. first\n2. second'],
    [
      '[https://x.example/?__cft__[0]=AZ](https://x.example/?__cft__[0]=AZ)',
      'https://x.example/?__cft__[0]=AZ',
    ],
    ['[not a link] (x) ](', '[not a link] (x) ]('],
  ])('%j', (source, expected) => {
    expect(plainText(source)).toBe(expected)
  })

  it('stops at a limit, at a word', () => {
    const long = `${'word '.repeat(500_000)}`
    const started = performance.now()
    expect(plainText(long, 12)).toBe('word word')
    expect(plainText(`word\n${long}`, 280).length).toBeLessThanOrEqual(280)
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('never throws, and never carries markup of a page', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), source => {
        expect(typeof plainText(source)).toBe('string')
        expect(plainText(source, 20).length).toBeLessThanOrEqual(20)
        expect(inlineText(source)).not.toContain('\n')
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    '[',
    '](',
    '[a](',
    '<',
    '<a',
    '<!--',
    '&',
    '*a',
    '[[a:',
    '`',
    '(',
    '\\',
    '![',
    '> ',
    '\n',
    '<script>',
    '| ',
  ])('takes linear time over %j', unit => {
    expect(growthOf(50_000, n => plainText(unit.repeat(n / unit.length)))).toBeLessThan(mostGrowth)
  })
})

const sample = '../shared/commons-sample'

describe.skipIf(!existsSync(sample))('the sample of the commons (skipped when it is absent)', () => {
  it('finds the words that the page shows', () => {
    for (const name of readdirSync(sample)) {
      const source = readFileSync(`${sample}/${name}`, 'utf8')
      const shown = words(
        renderMarkdown(source, { hideMetadata: true })
          .replace(/<time.*?<\/time>|<\/?(?:a|b|em|strong|code|i|s)\b[^>]*>/g, '')
          .replace(/<[^>]*>/g, ' '),
      )
      const found = words(plainText(source))
      const missing = [...shown].filter(word => !found.has(word))
      expect(
        missing.length / Math.max(20, shown.size),
        `${name}: ${missing.slice(0, 12).join(' ')}`,
      ).toBeLessThan(0.05)
    }
  })
})

function words(text: string): Set<string> {
  return new Set(text.match(/[\p{L}]{4,}/gu) ?? [])
}
