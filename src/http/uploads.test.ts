import fc from 'fast-check'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import type { AppContext } from '#http/context.ts'
import { readUploads, type Upload, type UploadForm } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import '../../test/fast-check.ts'

const limits = { files: 5, bytes: 2 ** 20 }
const boundary = '----cordee'

interface Part {
  file: boolean
  content: string
}

describe('a form with files', () => {
  const part = fc.record({ file: fc.boolean(), content: fc.string({ unit: 'grapheme', maxLength: 3000 }) })

  test('comes out as it was sent, however it is cut up on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 8 }),
        fc.integer({ min: 1, max: 5000 }),
        async (parts, size) => {
          const files = parts.flatMap(({ file, content }, index) =>
            file ? [[`é${index}.txt`, content]] : [],
          )
          const fields = parts.flatMap(({ file, content }, index) => (file ? [] : [[`f${index}`, content]]))
          const { form, taken } = await read(cut(encoded(parts), size))
          expect(taken).toEqual(files.slice(0, limits.files))
          expect(form.fields).toEqual(Object.fromEntries(fields))
          expect(form.tooMany).toBe(files.length > limits.files)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('goes on behind a file that nobody read to its end', async () => {
    const parts = [
      { file: true, content: 'x'.repeat(400_000) },
      { file: true, content: 'y' },
      { file: false, content: 'z' },
    ]
    const seen: string[] = []
    const { form } = await read(cut(encoded(parts), 7000), async upload => {
      for await (const chunk of upload.content) {
        seen.push(`${upload.name} ${Buffer.from(chunk).toString().charAt(0)}`)
        return
      }
    })
    expect(seen).toEqual(['é0.txt x', 'é1.txt y'])
    expect(form.fields).toEqual({ f2: 'z' })
  })

  test('waits for whoever takes it: what is not taken yet is not read', async () => {
    const body = encoded([{ file: true, content: 'x'.repeat(900_000) }])
    let asked = 0
    let release = () => {}
    const released = new Promise<void>(resolve => {
      release = resolve
    })
    const reading = read(
      cut(body, 1000, bytes => (asked += bytes)),
      async upload => {
        await released
        for await (const _ of upload.content);
      },
    )
    // As many turns as it takes for nothing more to be asked for.
    for (let before = -1; before !== asked; ) {
      before = asked
      for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
    }
    expect(asked).toBeLessThan(300_000)
    release()
    await reading
    expect(asked).toBe(body.length)
  })

  test('ends with what its taker throws, and with a length that was not said', async () => {
    const body = encoded([{ file: true, content: 'x'.repeat(200_000) }])
    const broken = read(cut(body, 1000), async () => {
      throw new AppError('conflict')
    })
    await expect(broken).rejects.toMatchObject({ code: 'conflict' })
    const long = encoded([{ file: true, content: 'x'.repeat(2 ** 20) }])
    await expect(read(cut(long, 60_000))).rejects.toMatchObject({ code: 'too-large' })
  })

  test('cut off anywhere, it is none', async () => {
    const body = encoded([
      { file: true, content: 'abc' },
      { file: false, content: 'd' },
    ])
    // The line end behind the last boundary may be missing.
    for (let length = 0; length < body.length - 2; length++)
      await expect(read(cut(body.subarray(0, length), 20)), String(length)).rejects.toMatchObject({
        code: 'bad-request',
      })
  })

  test('names of what every object has are no fields', async () => {
    const body = Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\nx\r\n--${boundary}--\r\n`,
    )
    const { form } = await read(cut(body, 50))
    expect(Object.keys(form.fields)).toEqual([])
  })
})

/** Through a real request. Without a taker of its own every file is read whole. */
async function read(
  body: ReadableStream<Uint8Array>,
  take?: (upload: Upload) => Promise<void>,
): Promise<{ form: UploadForm; taken: string[][] }> {
  const taken: string[][] = []
  const whole = async ({ name, content }: Upload) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of content) chunks.push(chunk)
    taken.push([name, Buffer.concat(chunks).toString()])
  }
  const outcome: { form?: UploadForm; error?: unknown } = {}
  const app = new Hono().post('/', async c => {
    try {
      outcome.form = await readUploads(c as unknown as AppContext, limits, take ?? whole)
    } catch (error) {
      outcome.error = error
    }
    return c.text('')
  })
  await app.request('/', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body,
    duplex: 'half',
  } as RequestInit)
  if (!outcome.form) throw outcome.error
  return { form: outcome.form, taken }
}

function encoded(parts: Part[]): Buffer {
  const written = parts.map(({ file, content }, index) => {
    const name = file ? `name="files"; filename="é${index}.txt"` : `name="f${index}"`
    return `--${boundary}\r\ncontent-disposition: form-data; ${name}\r\n\r\n${content}\r\n`
  })
  return Buffer.from(`${written.join('')}--${boundary}--\r\n`)
}

function cut(
  body: Buffer,
  size: number,
  given: (bytes: number) => void = () => {},
): ReadableStream<Uint8Array> {
  let position = 0
  return new ReadableStream(
    {
      pull(controller) {
        const chunk = body.subarray(position, position + size)
        position += chunk.length
        given(chunk.length)
        if (chunk.length > 0) controller.enqueue(chunk)
        if (position >= body.length) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}
