import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { growthOf, mostGrowth } from '../../../test/growth.ts'
import { attacks } from './attacks.ts'
import { cleanHtml, plainText, renderMarkdown } from './index.ts'
import { findings } from './strict-reader.ts'

describe('attacks', () => {
  for (const [category, vectors] of Object.entries(attacks)) {
    it.each(vectors)(`${category}: %j`, vector => {
      for (const source of [vector, `before\n\n${vector}\n\nafter`, `a ${vector} b`, `<div><b>${vector}`]) {
        for (const html of [renderMarkdown(source), cleanHtml(source)]) {
          expect(findings(html)).toEqual([])
          expect(html).not.toMatch(/<script|<(?:a|img) (?:href|src)="(?!https?:|mailto:|tel:|\/)/i)
          expect(cleanHtml(html)).toBe(html)
        }
      }
    })
  }

  it('has enough of them to mean something', () => {
    expect(Object.values(attacks).flat().length).toBeGreaterThanOrEqual(100)
  })

  it('the reader used above sees what it must see', () => {
    for (const bad of [
      '<script>x</script>',
      '<p onclick="x">y</p>',
      '<a href="javascript:x">y</a>',
      '<a href="//evil">y</a>',
      '<img src="data:x" alt="">',
      '<p>',
      '<b><i></b></i>',
      '<p id="x"></p>',
      'a < b',
      '<a href="/a"><a href="/b"></a></a>',
    ]) {
      expect(findings(bad)).not.toEqual([])
    }
  })
})

const fragment = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    ...'<b> </b> <i> </i> <a> </a> <p> </p> <div> </div> <br> <br/> <hr> <ul> </ul> <ol start=3> <li> </li> <table> </table> <tr> </tr> <td> </td> <th> <thead> </thead> <tbody> <pre> </pre> <code> </code> <h1> </h1> <h3> </h3> <blockquote> </blockquote> <font> <o:p> <script> </script> <style> </style> <svg> <!-- --> < > & &amp; &nbsp; &#106; " \' ` * _ ~~ [ ] ( ) ![ \n \n\n # ## > - 1. | |-| ``` \\'.split(
      ' ',
    ),
    ' ',
    '    ',
    '\u00a0',
    '\r\n',
    '<a href="https://a.example/x">',
    '<a href="javascript:alert(1)">',
    '<img src="https://a.example/x.png" width=3 onerror=x>',
    '<div class="group">',
    '<div class="scroll">',
    '<td style="text-align:right">',
    'https://a.example/x_y_z.',
    'http',
    '://',
    'www.a.example',
    '[[0:24]]',
    '[[key:value]]',
    '](https://a.example)',
    '](javascript:alert(1))',
    'word',
  ),
)
const page = fc.array(fragment, { maxLength: 40 }).map(parts => parts.join(''))

describe('any text', () => {
  it('gives only what the strict reader knows, and cleaning again changes nothing', () => {
    fc.assert(
      fc.property(page, fc.integer({ min: 0, max: 5 }), (source, headingShift) => {
        for (const html of [renderMarkdown(source, { headingShift }), cleanHtml(source, { headingShift })]) {
          expect(findings(html)).toEqual([])
          expect(html).not.toContain('<script')
          expect(cleanHtml(html, { headingShift })).toBe(html)
          expect(html).not.toMatch(/<(p|b|i|a|li|ul|ol|h\d|blockquote)(?: [^>]*)?>\s*<\/\1>|<br>\s*<br>/)
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('shape', () => {
  const shape = (source: string) => renderMarkdown(source).replaceAll('\n', '')

  it('unwraps what word processors and editors left', () => {
    expect(
      shape(
        '<p class="MsoNormal" style="mso-x:1"><font face="x"><span lang="EN">One</span> two<o:p></o:p></font></p>',
      ),
    ).toBe('<p>One two</p>')
    expect(shape('<div><br></div><div>One</div><div>Two</div><div><br></div>')).toBe('<p>One</p><p>Two</p>')
  })

  it('collapses empty paragraphs and runs of breaks', () => {
    expect(shape('<p>&nbsp;</p><p>a<br><br><br>b<br>c<br></p><p><b> </b></p>')).toBe('<p>a</p><p>b<br>c</p>')
  })

  it('closes what was left open, and not across a stronger boundary', () => {
    expect(shape('<b>a <i>b\n\nnext')).toBe('<p><b>a <i>b</i></b></p><p>next</p>')
    expect(shape('<ul><li>a<li>b</ul></div></p>c')).toBe('<ul><li>a</li><li>b</li></ul><p>c</p>')
    expect(shape('<ul><li><table><tr><td>a</li></ul>b</td></tr></table>c</li></ul>')).toContain(
      '<td>ab</td></tr></tbody></table></div>c</li></ul>',
    )
    expect(shape('<td>a</td><li>b</li>')).toBe('<p>a</p><ul><li>b</li></ul>')
  })

  it('keeps white space between words when an element goes', () => {
    expect(shape('a<b> b</b> <i></i> c')).toBe('<p>a <b>b</b> c</p>')
    expect(shape('Bonjour&nbsp;! a &nbsp; b')).toBe('<p>Bonjour\u00a0! a b</p>')
  })

  it('keeps groups, drops other boxes and all classes', () => {
    expect(
      shape(
        '<div class="group">\n\n> Sense\n\n10\n\n</div>\n\n<section class="x"><p class="y">z</p></section>',
      ),
    ).toBe('<div class="group"><blockquote><p>Sense</p></blockquote><p>10</p></div><p>z</p>')
  })

  it('shifts headings to a sane outline', () => {
    expect(shape('# A\n\n### B\n\n# C\n\n## D')).toBe('<h2>A</h2><h3>B</h3><h2>C</h2><h3>D</h3>')
    expect(renderMarkdown('###### a', { headingShift: 0 })).toBe('<h1>a</h1>')
    expect(renderMarkdown('# 1\n## 2\n### 3', { headingShift: 4 })).toBe('<h5>1</h5>\n<h6>2</h6>\n<h6>3</h6>')
  })

  it('makes tables scroll, with a name when one is given', () => {
    const html = renderMarkdown('| a | b |\n|---|--:|\n| 1 |  |', { tableLabel: n => `Table ${n}` })
    expect(html.replaceAll('\n', '')).toBe(
      '<div class="scroll" tabindex="0" role="region" aria-label="Table 1"><table><thead><tr><th scope="col">a</th>' +
        '<th class="end" scope="col">b</th></tr></thead><tbody><tr><td>1</td><td class="end"></td></tr></tbody></table></div>',
    )
  })

  it('links: external marked, own kept, bare addresses found', () => {
    expect(
      shape('[a](https://x.example) [b](/plans/1) [c](mailto:a@x.example) [d](www.x.example) [e](relative)'),
    ).toBe(
      '<p><a href="https://x.example/" rel="noopener nofollow ugc">a</a> <a href="/plans/1">b</a> ' +
        '<a href="mailto:a@x.example" rel="noopener nofollow ugc">c</a> ' +
        '<a href="https://www.x.example/" rel="noopener nofollow ugc">d</a> e</p>',
    )
    expect(shape('see https://x.example/a_b_c. Then the project.In')).toContain(
      '>https://x.example/a_b_c</a>. Then the project.In',
    )
    expect(shape('<div>(https://x.example/y)</div>')).toBe(
      '<p>(<a href="https://x.example/y" rel="noopener nofollow ugc">https://x.example/y</a>)</p>',
    )
    expect(shape('[x<div>y</div>](https://x.example/y<div><br></div>)')).toBe(
      '<p><a href="https://x.example/y" rel="noopener nofollow ugc">x<br>y</a></p>',
    )
  })

  it('images: lazy, http or https, alternative kept or labelled', () => {
    const html = renderMarkdown(
      '![Missing alt text](https://x.example/a.png)\n\n<img src=https://x.example/b.png alt="A map" width=40 height=x>',
      {
        imageLabel: n => `Image ${n}`,
      },
    )
    expect(html).toBe(
      '<p><img src="https://x.example/a.png" alt="Image 1" loading="lazy" decoding="async" referrerpolicy="no-referrer"></p>\n' +
        '<p><img src="https://x.example/b.png" alt="A map" width="40" loading="lazy" decoding="async" referrerpolicy="no-referrer"></p>',
    )
    expect(shape('![A chart](data:image/png;base64,AAAA)')).toBe('<p>A chart</p>')
  })

  it('time stamps and metadata', () => {
    expect(shape('### [[0:24]] Hello\\.')).toBe('<h2><time class="stamp">0:24</time> Hello.</h2>')
    expect(shape('[[1:02:24]] a [[type:story]]')).toBe(
      '<p><time class="stamp">1:02:24</time> a [[type:story]]</p>',
    )
    expect(renderMarkdown('[[type:story]]\na', { hideMetadata: true })).toBe('<p>a</p>')
  })

  it('keeps code as written, and indented text as text', () => {
    expect(renderMarkdown('```js\nif (a < b)\n\n  c()\n```')).toBe(
      '<pre><code>if (a &lt; b)\n\n  c()\n</code></pre>',
    )
    expect(shape('    indented')).toBe('<p>indented</p>')
  })
})

describe('time and depth', () => {
  const hostile: Record<string, (n: number) => string> = {
    '>': n => '>'.repeat(n),
    '[': n => '['.repeat(n),
    '![': n => '!['.repeat(n / 2),
    '[a](': n => '[a]('.repeat(n / 4),
    '<b>': n => '<b>'.repeat(n / 3),
    '<b>…</i>': n => '<b>'.repeat(n / 6) + '</i>'.repeat(n / 8),
    '<div>': n => '<div class="group">'.repeat(n / 38) + '</div>'.repeat(n / 12),
    '<table>': n => '<table><tr><td>'.repeat(n / 15),
    '<p>': n => '<p></p>'.repeat(n / 7),
    '*a_': n => '*a_'.repeat(n / 3),
    'lazy quote': n => `${'>'.repeat(100)}a\n${'b\n'.repeat(n / 2)}`,
    breaks: n => 'a<br>'.repeat(n / 5),
    attributes: n => `<a ${'x=y '.repeat(n / 4)}>`,
    'unclosed tag': n => '<a href="'.repeat(n / 9),
    addresses: n => 'http://'.repeat(n / 7),
    '[[': n => '[[a:'.repeat(n / 4),
    text: n => 'lorem ipsum '.repeat(n / 12),
  }

  it.each(Object.entries(hostile))('%s: time grows with the input, not with its square', (_name, make) => {
    expect(growthOf(20_000, size => renderMarkdown(make(size)))).toBeLessThan(mostGrowth)
    expect(findings(renderMarkdown(make(20_000)))).toEqual([])
  })

  it('renders a page of 3.7 MB', () => {
    const source = `${'# Title\n\n> question\n\nAn answer with **words** and https://x.example/a.\n\n- item\n'.repeat(45_000)}![](data:image/png;base64,${'A'.repeat(200_000)})`
    expect(findings(renderMarkdown(source))).toEqual([])
  }, 30_000)
})

const sample = '../shared/commons-sample'

describe.skipIf(!existsSync(sample))('the sample of the commons (skipped when it is absent)', () => {
  it('renders every page safely, with the words that a plain reading of the source finds', () => {
    for (const name of readdirSync(sample)) {
      const source = readFileSync(`${sample}/${name}`, 'utf8')
      const html = renderMarkdown(source)
      expect(findings(html), name).toEqual([])
      expect(cleanHtml(html), name).toBe(html)
      const shown = new Set(html.replace(/<[^>]*>/g, '').match(/[\p{L}]{4,}/gu))
      const found = [...new Set(plainText(source).match(/[\p{L}]{4,}/gu))]
      const missing = found.filter(word => !shown.has(word))
      expect(
        missing.length / Math.max(20, found.length),
        `${name}: ${missing.slice(0, 9).join(' ')}`,
      ).toBeLessThan(0.05)
    }
  })
})
