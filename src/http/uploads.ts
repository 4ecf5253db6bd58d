import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import busboy from 'busboy'
import type { AppContext } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'

/** A file within a form, as it comes over the line. */
export interface Upload {
  /** Of the form. */
  field: string
  /** As its sender calls it: not to be believed. */
  name: string
  content: AsyncIterable<Uint8Array>
}

/** A form as it was sent, but for its files. */
export interface UploadForm {
  fields: Record<string, string>
  /** The same, with every value of those sent several times. */
  all: Record<string, string[]>
  /** Whether there were more files than are taken. */
  tooMany: boolean
}

/**
 * Reads a form with files, one file after the other; of what is sent, no more than a chunk is ever in memory. Fields that
 * stand behind the files in the form come after them.
 * @param limits.files those beyond are passed over
 * @param limits.bytes of the whole form
 * @param limits.fields how many there may be besides files; those of a usual form where nothing is said
 * @param limits.text characters of all fields together
 * @param take may stop reading a file before its end; what it throws ends the form
 * @throws AppError 'too-large', 'bad-request'; what `take` throws
 */
export async function readUploads(
  c: AppContext,
  limits: { files: number; bytes: number; fields?: number; text?: number },
  take: (upload: Upload) => Promise<void>,
): Promise<UploadForm> {
  const tooLarge = () =>
    new AppError('too-large', { params: { megabytes: Math.floor(limits.bytes / 2 ** 20) } })
  if (Number(c.req.header('content-length') ?? 0) > limits.bytes) throw tooLarge()
  const { body } = c.req.raw
  if (!body) throw new AppError('bad-request')
  const form: UploadForm = { fields: {}, all: {}, tooMany: false }
  const { fields = 50, text } = limits
  const fieldSize = text === undefined ? 64 * 1024 : Math.min(text, 2 ** 20)
  const parser = parserFor(c, { files: limits.files, fields, fieldSize })
  let characters = 0
  let failure: unknown
  let work = Promise.resolve()
  parser.on('filesLimit', () => {
    form.tooMany = true
  })
  parser.on('field', (name: string | undefined, value: string, info: { valueTruncated: boolean }) => {
    characters += value.length
    // Cut off, something typed would be lost without a word.
    if (text !== undefined && (info.valueTruncated || characters > text)) failure ??= tooLarge()
    if (failure !== undefined || name === undefined || Object.hasOwn(Object.prototype, name)) return
    form.fields[name] = value
    form.all[name] ??= []
    form.all[name].push(value)
  })
  parser.on('fieldsLimit', () => {
    if (limits.fields !== undefined) failure ??= new AppError('bad-request')
  })
  parser.on('file', (field: string, stream: Readable, { filename }: { filename?: string }) => {
    // It may break off before its turn has come: nobody listening, that would end the process.
    stream.on('error', () => undefined)
    work = work.then(async () => {
      try {
        // A field left empty comes as a file without a name.
        if (filename && failure === undefined) await take({ field, name: filename, content: reading(stream) })
      } catch (error) {
        // What broke off is the sender's affair, and told below.
        if (!stream.errored) failure ??= error
        parser.destroy()
      } finally {
        // What was not read goes by, for what comes after it to come.
        stream.resume()
      }
    })
  })
  try {
    await pipeline(counted(body as unknown as AsyncIterable<Uint8Array>, limits.bytes, tooLarge), parser)
  } catch (error) {
    failure ??= error instanceof AppError ? error : new AppError('bad-request', { cause: error })
  }
  await work
  if (failure !== undefined) throw failure
  return form
}

function parserFor(
  c: AppContext,
  limits: { files: number; fields: number; fieldSize: number },
): ReturnType<typeof busboy> {
  const type = c.req.header('content-type') ?? ''
  if (!/^multipart\/form-data\b/i.test(type)) throw new AppError('bad-request')
  try {
    return busboy({
      headers: { 'content-type': type },
      // Browsers send names as the page is written.
      defParamCharset: 'utf8',
      limits,
    })
  } catch (cause) {
    throw new AppError('bad-request', { cause })
  }
}

/** A length may be missing, or wrong. */
async function* counted(
  body: AsyncIterable<Uint8Array>,
  most: number,
  tooLarge: () => AppError,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > most) throw tooLarge()
    yield chunk
  }
}

/** Whoever stops reading leaves the stream open: destroyed, it would hold up the form for ever. */
function reading(stream: Readable): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => stream.iterator({ destroyOnReturn: false }) }
}
