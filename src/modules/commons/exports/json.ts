import { textStream } from '#kernel/byte-stream.ts'
import type { ItemRecord } from './record.ts'

/** `{ "items": [ … ] }`, every field and the Markdown source, one record per line. */
export function writeJson(items: AsyncIterable<ItemRecord>): ReadableStream<Uint8Array> {
  return textStream(pieces(items))
}

async function* pieces(items: AsyncIterable<ItemRecord>): AsyncGenerator<string> {
  yield '{ "items": ['
  let separator = '\n'
  for await (const item of items) {
    yield separator + JSON.stringify(item)
    separator = ',\n'
  }
  yield '\n] }\n'
}
