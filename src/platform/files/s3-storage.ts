import { PassThrough, Readable } from 'node:stream'
import { S3mini, S3ServiceError, type UploadPart } from 's3mini'
import type { S3Config } from '#kernel/config.ts'
import type { Storage, StoredObject } from '#platform/files/storage.ts'
import { reasonOf, StorageError } from '#platform/files/storage-error.ts'

/** S3 takes parts of 5 MiB or more, 10,000 at most. */
const partBytes = 8 * 2 ** 20
const attempts = 3
/** For the beginning of an answer; what is sent has as long more as it takes at this pace. */
const answerMs = 20_000
const slowestBytesPerMs = 64
const examinationMs = 5_000

/** Objects in a bucket that belongs to this installation alone. */
export function openS3Storage(config: S3Config, incoming: string, waitMs = answerMs): Storage {
  const service = openService(config, waitMs)
  const { s3, place, failure, ask, askAgain } = service
  return {
    kind: 's3',
    incoming,
    async put(key, content, { type = 'application/octet-stream' } = {}) {
      const parts = inParts(Buffer.isBuffer(content) ? [content] : content)
      const first: Buffer = (await parts.next()).value ?? Buffer.alloc(0)
      if (first.length < partBytes) await askAgain(() => s3.putObject(key, first, type))
      else await putParts(service, key, parts, first, type)
    },
    async get(key, range) {
      const answer = await ask(() =>
        range ? s3.getObjectRaw(key, false, range.first, range.last + 1) : s3.getObjectRaw(key),
      ).catch(ofNoSuchKey)
      if (!answer) return null
      // RFC 9110 lets a server ignore a range; what would come then is not what was asked for.
      if (range && answer.status !== 206) {
        await answer.body?.cancel()
        throw failure(new Error('the service does not serve ranges'))
      }
      if (!answer.body) throw failure(new Error(`an answer ${answer.status} without content`))
      return failingAs(failure, Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]))
    },
    async remove(key) {
      await askAgain(() => s3.deleteObject(key)).catch(ofNoSuchKey)
    },
    async *list(networkId) {
      const prefix = networkId === undefined ? '' : `${networkId}/`
      let next: string | undefined
      do {
        const page = await askAgain(() => s3.listObjectsPaged('/', prefix, 1000, next))
        if (!page) throw failure(new Error(noBucket))
        for (const { Key, Size, LastModified } of page.objects ?? []) {
          yield { key: Key, bytes: Number(Size), modified: new Date(LastModified) } satisfies StoredObject
        }
        next = page.nextContinuationToken
      } while (next)
    },
    async examine() {
      // Asked once, and in time for a person or a program that starts to wait for the whole answer.
      const prompt = new S3mini({ ...accessTo(config), requestAbortTimeout: Math.min(examinationMs, waitMs) })
      if (!(await ask(() => prompt.listObjectsPaged('/', '', 1)))) throw failure(new Error(noBucket))
      return place
    },
  }
}

/** The library answers a list of what is in no bucket with null. */
const noBucket = 'there is no such bucket'

interface Service {
  s3: S3mini
  place: string
  /** Whatever the service or the way to it did, said as the storage's failure. */
  failure(cause: unknown): StorageError
  ask<T>(work: () => Promise<T>): Promise<T>
  askAgain<T>(work: () => Promise<T>): Promise<T>
}

function openService(config: S3Config, waitMs: number): Service {
  const place = `${new URL(config.endpoint).host}/${config.bucket}`
  const failure = (cause: unknown) => new StorageError(`${place}: ${whatWasSaid(cause)}`, { cause })
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw failure(error)
    }
  }
  return {
    s3: new S3mini({ ...accessTo(config), fetch: answeredWithin(waitMs) }),
    place,
    failure,
    ask,
    askAgain: work => ask(() => again(work)),
  }
}

function accessTo({ endpoint, bucket, region, accessKeyId, secretAccessKey }: S3Config) {
  return { endpoint: `${endpoint}/${bucket}`, region, accessKeyId, secretAccessKey }
}

/** Part by part, one in memory at a time, each tried again by itself: s3mini's own way with streams would hold five,
 * and end the process when a part fails while the next is awaited. */
async function putParts(
  { s3, ask, askAgain }: Service,
  key: string,
  parts: AsyncIterator<Buffer>,
  first: Buffer,
  type: string,
): Promise<void> {
  const upload = await askAgain(() => s3.getMultipartUploadId(key, type))
  try {
    const sent: UploadPart[] = []
    for (let part: Buffer | undefined = first; part; part = (await parts.next()).value) {
      const content: Buffer = part
      sent.push(await askAgain(() => s3.uploadPart(key, upload, content, sent.length + 1)))
    }
    await ask(() => s3.completeMultipartUpload(key, upload, sent))
  } catch (error) {
    await s3.abortMultipartUpload(key, upload).catch(() => undefined)
    throw error
  }
}

/** Whole parts, and a last one that may be smaller; none for nothing. */
async function* inParts(
  content: Iterable<Buffer> | AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, undefined> {
  let waiting: Buffer[] = []
  let bytes = 0
  for await (const chunk of content) {
    waiting.push(chunk)
    bytes += chunk.length
    while (bytes >= partBytes) {
      const all = Buffer.concat(waiting)
      yield all.subarray(0, partBytes)
      waiting = [all.subarray(partBytes)]
      bytes -= partBytes
    }
  }
  if (bytes > 0) yield Buffer.concat(waiting)
  return undefined
}

/**
 * Gives up a service that takes a request and never answers it. Once the answer has begun, its content may take its time.
 */
function answeredWithin(ms: number): typeof fetch {
  return async (input, init) => {
    const silence = new AbortController()
    const sent = Buffer.isBuffer(init?.body) ? init.body.length : 0
    const timer = setTimeout(
      () => silence.abort(new Silence(`no answer within ${ms / 1000} s`)),
      ms + sent / slowestBytesPerMs,
    )
    try {
      return await fetch(input, { ...init, signal: silence.signal })
    } finally {
      clearTimeout(timer)
    }
  }
}

class Silence extends Error {}

/** Content that breaks off does so as the storage's failure; who leaves it unread lets the connection go. */
function failingAs(failure: (error: unknown) => StorageError, content: Readable): Readable {
  const passed = new PassThrough()
  content.on('error', error => passed.destroy(failure(error)))
  passed.once('close', () => content.destroy())
  return content.pipe(passed)
}

/** Of all that may be missing only the object itself is no failure: a bucket or a path that is wrong holds files all the same. */
function ofNoSuchKey(error: unknown): null {
  const cause = error instanceof StorageError ? error.cause : null
  if (cause instanceof S3ServiceError && cause.status === 404 && codeOf(cause) === 'NoSuchKey') return null
  throw error
}

function whatWasSaid(error: unknown): string {
  return error instanceof S3ServiceError ? `${error.status} ${codeOf(error)}` : reasonOf(error)
}

/** The library reads it from answers of one content type alone. */
function codeOf({ serviceCode, body }: S3ServiceError): string {
  const [, said] = /<Code>\s*([\w.]+)\s*<\/Code>/.exec(body ?? '') ?? []
  return said ?? serviceCode ?? ''
}

/** What the other side or the way to it may do better the next time; a refusal is not tried again, nor is silence. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const refused = (error instanceof S3ServiceError && error.status < 500) || error instanceof Silence
      if (refused || attempt === attempts) throw error
      await new Promise(resolve => setTimeout(resolve, 100 * 2 ** attempt))
    }
  }
}
