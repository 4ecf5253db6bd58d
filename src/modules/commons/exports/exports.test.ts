import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { xmlText } from '#kernel/xml.ts'
import { neutralised } from './csv.ts'
import { type Format, formats } from './formats.ts'
import { anItem, collect, readCsv, readXml, readZip, these, type XmlNode } from './readers.ts'
import { columns, type ExportOptions, type ItemRecord } from './record.ts'

const feed = {
  self: 'https://commons.example/feed',
  home: 'https://commons.example/',
  author: 'A & B',
  language: 'en',
}
const options: ExportOptions = { title: 'Commons <1>', feed }
const nowhere = anItem({
  id: '0198c5a2-7c1b-7d11-8a53-3a3f5f0d9b11',
  place: null,
  date: null,
  licence: null,
  language: null,
  type: null,
})

const written = (format: Format, items: ItemRecord[], more: ExportOptions = {}) =>
  collect(formats[format].write(these(...items), { ...options, ...more }))
const text = async (format: Format, items: ItemRecord[], more: ExportOptions = {}) =>
  (await written(format, items, more)).toString()

describe('json', () => {
  it('gives every field back, and is valid when empty', async () => {
    const items = [anItem(), nowhere]
    expect(JSON.parse(await text('json', items))).toEqual({ items })
    expect(JSON.parse(await text('json', []))).toEqual({ items: [] })
  })
})

describe('csv', () => {
  const rows = async (items: ItemRecord[]) => {
    const [header = [], ...records] = readCsv(await text('csv', items, { bom: false }))
    return records.map(record => Object.fromEntries(header.map((name, index) => [name, record[index]])))
  }

  it('has a header, quoted texts, joined values and plain numbers', async () => {
    const [row] = await rows([anItem()])
    expect(Object.keys(row ?? {})).toEqual([...columns])
    expect(row).toMatchObject({
      summary: 'Cooks, slowly; <well>.\nTwo lines.',
      countries: 'Ivory Coast; Atlantis',
      country_codes: 'CI',
      themes: 'Energy; Food, water',
      sdgs: '7; 13',
      latitude: '-13.75',
      datasources: '',
    })
    expect(await rows([])).toEqual([])
  })

  it('begins with a byte order mark unless told otherwise', async () => {
    expect([...(await written('csv', [anItem()])).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(
      (await text('csv', [], { bom: false })).startsWith('id,') ||
        (await text('csv', [], { bom: false })).startsWith('"id"'),
    ).toBe(true)
  })

  it('lets no text be a formula, not even the second of several', async () => {
    const [row] = await rows([
      anItem({ title: '=1+1', themes: ['a', '@SUM(A1)'], summary: '\t=x', slug: '-x' }),
    ])
    expect(row).toMatchObject({ title: "'=1+1", themes: "a; '@SUM(A1)", summary: "'\t=x", slug: "'-x" })
    expect(await text('csv', [anItem({ themes: ['a', '=b'] })])).toContain(`"a; '=b"`)
  })

  it.each([
    // A spreadsheet that splits at semicolons begins a cell at each of them, within our quotes too.
    [';=1+1', ";'=1+1"],
    ['Un four; =HYPERLINK("x")', 'Un four; \'=HYPERLINK("x")'],
    ['a;@SUM(A1);+2;-cmd', "a;'@SUM(A1);'+2;'-cmd"],
    ['a; \t=1', "a; \t'=1"],
    ['a;"=1+1', 'a;"\'=1+1'],
    ['a\n=1+1\r\n@b', "a\n'=1+1\r\n'@b"],
    ['=a;=b', "'=a;'=b"],
    ['de -5 °C; -7 en hiver;- et après', 'de -5 °C; -7 en hiver;- et après'],
    ['liste\n- un\n-2 deux', 'liste\n- un\n-2 deux'],
    ['a = b; c = d', 'a = b; c = d'],
  ])('no semicolon and no line within a text begins a formula: %j', async (title, expected) => {
    const [row] = await rows([anItem({ title })])
    expect(row?.title).toBe(expected)
    expect(await text('csv', [anItem({ title })])).toContain(`"${expected.replaceAll('"', '""')}"`)
  })

  it('goes through empty lines once, however many there are', () => {
    const time = (text: string) => {
      const started = performance.now()
      neutralised(text)
      return performance.now() - started
    }
    expect(time(`x${'\n'.repeat(400_000)}x`)).toBeLessThan(200 * time('=;'.repeat(200_000)))
  })

  it('any text comes back as it was, or with an apostrophe', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.array(fc.string()), async (title, themes) => {
        const [row] = await rows([anItem({ title, themes })])
        expect(row?.title).toBe(neutralised(title).toWellFormed())
        expect(row?.title).not.toMatch(/^[=+\-@\t\r]/)
        expect(row?.themes).toBe(themes.map(neutralised).join('; '))
      }),
      { numRuns: 150 },
    )
  })
})

describe('geojson', () => {
  it('follows RFC 7946: longitude first, a null geometry for what has no place', async () => {
    const bad = anItem({ place: { lat: 95, lng: Number.NaN } })
    const found = JSON.parse(await text('geojson', [anItem(), nowhere, bad]))
    expect(found.type).toBe('FeatureCollection')
    expect(found.features.map((feature: { geometry: unknown }) => feature.geometry)).toEqual([
      { type: 'Point', coordinates: [172.16, -13.75] },
      null,
      null,
    ])
    for (const feature of found.features) {
      expect(feature.type).toBe('Feature')
      expect(typeof feature.id).toBe('string')
      expect(feature.properties.title).toBe(anItem().title)
      expect(feature).not.toHaveProperty('crs')
    }
    expect(JSON.parse(await text('geojson', []))).toEqual({ type: 'FeatureCollection', features: [] })
  })
})

describe('atom', () => {
  const child = (node: XmlNode, name: string) => node.children.filter(one => one.name === name)

  it('has what RFC 4287 requires of a feed and of an entry', async () => {
    const root = readXml(
      await text('atom', [anItem(), nowhere, anItem({ id: 'not a uuid', updatedAt: 'never', title: '' })]),
    )
    expect(root.name).toBe('feed')
    expect(root.attributes).toEqual({ xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': 'en' })
    for (const name of ['id', 'title', 'updated', 'author']) expect(child(root, name)).toHaveLength(1)
    expect(child(root, 'title')[0]?.text).toBe('Commons <1>')
    expect(child(root, 'updated')[0]?.text).toBe('2024-05-06T07:08:09.000Z')
    expect(child(root, 'link').map(link => [link.attributes.rel, link.attributes.href])).toEqual([
      ['self', feed.self],
      ['alternate', feed.home],
    ])
    const [entry, second, third] = child(root, 'entry')
    expect(child(root, 'entry')).toHaveLength(3)
    for (const one of [entry, second, third] as XmlNode[]) {
      for (const name of ['id', 'title', 'updated', 'summary']) expect(child(one, name)).toHaveLength(1)
      expect(child(one, 'updated')[0]?.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }
    expect(entry && child(entry, 'id')[0]?.text).toBe(`urn:uuid:${anItem().id}`)
    expect(entry?.attributes['xml:lang']).toBe('en')
    expect(entry && child(entry, 'summary')[0]).toMatchObject({
      text: anItem().summary,
      attributes: { type: 'text' },
    })
    expect(third && child(third, 'id')[0]?.text).toBe(anItem().url)
    expect(() => formats.atom.write(these(), {})).toThrow(TypeError)
  })

  it('any text stays well-formed and comes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async title => {
        const root = readXml(await text('atom', [anItem({ title, themes: [title] })]))
        const entry = child(root, 'entry')[0] as XmlNode
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML cannot carry is left out
        const carried = title.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
        expect(child(entry, 'title')[0]?.text).toBe(carried)
        expect(child(entry, 'category')[0]?.attributes.term).toBe(carried)
        expect(xmlText(title)).not.toMatch(/[<>"]/)
      }),
      { numRuns: 200 },
    )
  })
})

describe('xlsx', () => {
  const sheetOf = async (items: ItemRecord[]) => {
    const files = await readZip(await written('xlsx', items))
    for (const [name, bytes] of files) expect(() => readXml(bytes.toString()), name).not.toThrow()
    return { files, sheet: readXml(String(files.get('xl/worksheets/sheet1.xml'))) }
  }
  const rowsOf = (sheet: XmlNode) => sheet.children.find(one => one.name === 'sheetData')?.children ?? []
  /** By what the header calls their column. */
  const cells = (sheet: XmlNode, row: number) => {
    const letter = (cell: XmlNode) => /^[A-Z]+/.exec(cell.attributes.r ?? '')?.[0]
    const [header, ...rows] = rowsOf(sheet)
    const names = new Map(header?.children.map(cell => [letter(cell), cell.children[0]?.children[0]?.text]))
    return Object.fromEntries((rows[row]?.children ?? []).map(cell => [names.get(letter(cell)), cell]))
  }

  it('is a package whose parts all refer to each other', async () => {
    const { files, sheet } = await sheetOf([anItem()])
    expect([...files.keys()].sort()).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/workbook.xml',
      'xl/worksheets/sheet1.xml',
    ])
    expect(String(files.get('xl/workbook.xml'))).toContain('name="Commons &lt;1&gt;"')
    expect(sheet.children.map(one => one.name)).toEqual(['sheetViews', 'cols', 'sheetData', 'autoFilter'])
    expect(sheet.children[0]?.children[0]?.children[0]?.attributes).toMatchObject({
      ySplit: '1',
      state: 'frozen',
    })
  })

  it('types numbers and dates, and leaves text text', async () => {
    const { sheet } = await sheetOf([
      anItem({ title: '=1+1 _x0041_' }),
      nowhere,
      anItem({ date: '1850-01-01' }),
    ])
    const rows = rowsOf(sheet)
    expect(rows).toHaveLength(4)
    const header = rows[0]?.children.map(cell => cell.children[0]?.children[0]?.text)
    expect(header?.slice(0, 4)).toEqual(['title', 'type', 'countries', 'years'])
    expect(header?.sort()).toEqual([...columns].sort())
    const first = cells(sheet, 0)
    expect(first.latitude?.children[0]).toMatchObject({ name: 'v', text: '-13.75' })
    expect(first.years?.children[0]?.text).toBe('2021')
    // 2021-03-04 is day 44259.
    expect(first.date).toMatchObject({ attributes: { s: '2' }, children: [{ text: '44259' }] })
    expect(Number(first.updated_at?.children[0]?.text)).toBeCloseTo(45418.29733, 4)
    expect(first.title).toMatchObject({ attributes: { t: 'inlineStr' } })
    expect(first.title?.children[0]?.children[0]?.text).toBe('=1+1 _x005F_x0041_')
    expect(first.sdgs?.children[0]?.children[0]?.text).toBe('7; 13')
    expect(cells(sheet, 1)).not.toHaveProperty('latitude')
    expect(cells(sheet, 2).date?.attributes.t).toBe('inlineStr')
  })

  it('carries any text, cut at what a cell holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async title => {
        const { sheet } = await sheetOf([anItem({ title: `x${title}` })])
        expect(cells(sheet, 0).title?.children[0]?.children[0]?.text.startsWith('x')).toBe(true)
      }),
      { numRuns: 40 },
    )
    const { sheet } = await sheetOf([anItem({ summary: 'a'.repeat(40_000) })])
    expect(cells(sheet, 0).summary?.children[0]?.children[0]?.text.length).toBe(32_767)
  })
})

describe('markdown', () => {
  it('gives the pages back byte for byte under their own names', async () => {
    const names = [
      'Active listening.md',
      '1__éà.md',
      'Active listening.md',
      'ACTIVE listening.md',
      '../../etc/passwd',
      'a/b.md',
      'C:\\x.md',
      '',
      '..',
      'con.md',
      'x\0y.md',
    ]
    const items = names.map((fileName, index) => anItem({ fileName, source: `${index}\r\n\ufeff\u0000é` }))
    const files = await readZip(
      await written('markdown', [...items, anItem({ fileName: 'empty.md', source: '' })]),
    )
    expect([...files.keys()]).toEqual([
      'Active listening.md',
      '1__éà.md',
      'Active listening (2).md',
      'ACTIVE listening (3).md',
      '__.._etc_passwd.md',
      'a_b.md',
      'C__x.md',
      '_.md',
      '_ (2).md',
      '_con.md',
      'x_y.md',
      'empty.md',
    ])
    for (const [index, bytes] of [...files.values()].slice(0, names.length).entries()) {
      expect(bytes.equals(Buffer.from(`${index}\r\n\ufeff\u0000é`))).toBe(true)
    }
    expect((await readZip(await written('markdown', []))).size).toBe(0)
  })

  it('no name leaves the archive, none is lost', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a.md', 'A.md', 'a (2).md', '../a.md', '/', '\\\\x'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 12 }), async names => {
        const files = await readZip(
          await written(
            'markdown',
            names.map(fileName => anItem({ fileName })),
          ),
        )
        expect(files.size).toBe(names.length)
        for (const key of files.keys()) expect(key).not.toMatch(/^\.|[/\\:]/)
      }),
      { numRuns: 60 },
    )
  })
})
