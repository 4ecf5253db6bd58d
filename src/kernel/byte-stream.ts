const encoder = new TextEncoder()

/** Text in pieces as one UTF-8 stream. Nothing is produced before the consumer asks; cancelling ends the source. */
export function textStream(pieces: AsyncIterable<string>): ReadableStream<Uint8Array> {
  return byteStream(encoded(pieces))
}

/** Bytes in pieces as one stream, pulled one piece at a time. */
export function byteStream(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Joins small pieces into chunks of about 32 kB: one write to the socket for some fifty records. */
export async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let pending = ''
  for await (const piece of pieces) {
    pending += piece
    if (pending.length < 32_768) continue
    yield encoder.encode(pending)
    pending = ''
  }
  if (pending !== '') yield encoder.encode(pending)
}
