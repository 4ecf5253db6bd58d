import { buffer } from 'node:stream/consumers'
import yauzl from 'yauzl'
import type { ItemRecord } from './record.ts'

/** For tests: readers written from the formats' own rules, strict where the usual ones forgive. */

/** RFC 4180: CRLF line ends, doubled quotes, no stray quote, as many fields in every record. */
export function readCsv(text: string): string[][] {
  const records: string[][] = []
  let at = 0
  while (at < text.length) {
    const record: string[] = []
    for (;;) {
      let field = ''
      if (text[at] === '"') {
        at++
        for (;;) {
          const quote = text.indexOf('"', at)
          if (quote < 0) throw new Error('A quoted field is not closed.')
          field += text.slice(at, quote)
          at = quote + 1
          if (text[at] !== '"') break
          field += '"'
          at++
        }
      } else {
        const end = text.slice(at).search(/[,\r\n"]/)
        if (end < 0 || text[at + end] === '"') throw new Error(`A stray quote or no line end at ${at}.`)
        field = text.slice(at, at + end)
        at += end
      }
      record.push(field)
      if (text[at] !== ',') break
      at++
    }
    if (!text.startsWith('\r\n', at)) throw new Error(`No CRLF at ${at}.`)
    at += 2
    records.push(record)
    if (record.length !== records[0]?.length) throw new Error(`Record ${records.length} has another length.`)
  }
  return records
}

export type XmlNode = { name: string; attributes: Record<string, string>; children: XmlNode[]; text: string }

/** XML 1.0 without a DTD: throws on anything that is not well-formed, illegal characters and references included. */
export function readXml(xml: string): XmlNode {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is sought
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(xml) || !xml.isWellFormed())
    throw new Error('Illegal character')
  const body = xml.replace(/^<\?xml version="1\.0" encoding="utf-8"(?: standalone="yes")?\?>\s*/i, '')
  const top: XmlNode = { name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  const token = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/y
  while (token.lastIndex < body.length) {
    const at = token.lastIndex
    const match = token.exec(body)
    const parent = open.at(-1) as XmlNode
    if (!match) throw new Error(`Not well-formed at ${at}: ${body.slice(at, at + 80)}`)
    const [, slash, name = '', attributes = '', empty, text] = match
    if (text !== undefined) parent.text += unreferenced(text)
    else if (slash) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`)
    } else {
      const node: XmlNode = { name, attributes: {}, children: [], text: '' }
      for (const [, key = '', value = ''] of attributes.matchAll(/\s+([\w.:-]+)="([^"]*)"/g)) {
        if (key in node.attributes) throw new Error(`${key} twice`)
        node.attributes[key] = unreferenced(value)
      }
      parent.children.push(node)
      if (!empty) open.push(node)
    }
  }
  if (open.length !== 1 || top.children.length !== 1 || top.text.trim() !== '')
    throw new Error('Not one root element')
  return top.children[0] as XmlNode
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unreferenced(text: string): string {
  if (/\]\]>/.test(text) || /&(?!(?:amp|lt|gt|quot|apos|#13);)/.test(text))
    throw new Error(`Bad reference in ${text}`)
  return text.replace(/&(#13|\w+);/g, (_, name: string) => (name === '#13' ? '\r' : (named[name] ?? '')))
}

/** Every entry of an archive, with its checksum verified by the reader. */
export async function readZip(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes))
  const found = new Map<string, Buffer>()
  for await (const entry of zip.eachEntry()) {
    const content = await buffer(await zip.openReadStreamPromise(entry))
    if (found.has(entry.fileName)) throw new Error(`${entry.fileName} twice`)
    found.set(entry.fileName, content)
  }
  return found
}

/** A record for tests. */
export function anItem(changes: Partial<ItemRecord> = {}): ItemRecord {
  return {
    id: '0198c5a2-7c1b-7d11-8a53-3a3f5f0d9b10',
    slug: 'solar-stove',
    fileName: 'solar_stove.md',
    url: 'https://commons.example/items/solar-stove',
    type: 'solution',
    title: 'A solar “stove” & more',
    summary: 'Cooks, slowly; <well>.\nTwo lines.',
    language: 'en',
    years: [2021],
    date: '2021-03-04',
    countries: [
      { code: 'CI', written: 'Ivory Coast' },
      { code: null, written: 'Atlantis' },
    ],
    sdgs: [7, 13],
    stages: ['Explore'],
    themes: ['Energy', 'Food, water'],
    methods: ['Solutions mapping'],
    datasources: [],
    place: { lat: -13.75, lng: 172.16 },
    source: '# A solar “stove”\r\n\r\n[[type:solution]]\n',
    updatedAt: '2024-05-06T07:08:09.000Z',
    licence: 'CC-BY-4.0',
    ...changes,
  }
}

export async function* these(...items: ItemRecord[]): AsyncGenerator<ItemRecord> {
  yield* items
}

export async function collect(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    chunks.push(value)
  }
}
