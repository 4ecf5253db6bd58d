import { Readable } from 'node:stream'
import { S3mini, S3ServiceError, type UploadPart } from 's3mini'
import type { S3Config } from '#kernel/config.ts'
import type { Storage, StoredObject } from '#platform/files/storage.ts'

/** S3 takes parts of 5 MiB or more, 10,000 at most. */
const partBytes = 8 * 2 ** 20
const attempts = 3

/** Objects in a bucket that belongs to this installation alone. */
export function openS3Storage(config: S3Config, incoming: string): Storage {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = config
  const s3 = new S3mini({ endpoint: `${endpoint}/${bucket}`, region, accessKeyId, secretAccessKey })

  /** Part by part, one in memory at a time, each tried again by itself: s3mini's own way with streams would hold five,
   * and end the process when a part fails while the next is awaited. */
  async function putParts(
    key: string,
    parts: AsyncIterator<Buffer>,
    first: Buffer,
    type: string,
  ): Promise<void> {
    const upload = await again(() => s3.getMultipartUploadId(key, type))
    try {
      const sent: UploadPart[] = []
      for (let part: Buffer | undefined = first; part; part = (await parts.next()).value) {
        const content: Buffer = part
        sent.push(await again(() => s3.uploadPart(key, upload, content, sent.length + 1)))
      }
      await s3.completeMultipartUpload(key, upload, sent)
    } catch (error) {
      await s3.abortMultipartUpload(key, upload).catch(() => undefined)
      throw error
    }
  }

  return {
    kind: 's3',
    incoming,
    async put(key, content, { type = 'application/octet-stream' } = {}) {
      const parts = inParts(Buffer.isBuffer(content) ? [content] : content)
      const first: Buffer = (await parts.next()).value ?? Buffer.alloc(0)
      if (first.length < partBytes) await again(() => s3.putObject(key, first, type))
      else await putParts(key, parts, first, type)
    },
    async get(key, range) {
      try {
        const answer = range
          ? await s3.getObjectRaw(key, false, range.first, range.last + 1)
          : await s3.getObjectRaw(key)
        // RFC 9110 lets a server ignore a range; what would come then is not what was asked for.
        if (range && answer.status !== 206) throw new Error('The S3 service does not serve ranges')
        return answer.body ? Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]) : null
      } catch (error) {
        if (error instanceof S3ServiceError && error.status === 404) return null
        throw error
      }
    },
    async remove(key) {
      await again(() => s3.deleteObject(key))
    },
    async *list(networkId) {
      const prefix = networkId === undefined ? '' : `${networkId}/`
      let next: string | undefined
      do {
        const page = await again(() => s3.listObjectsPaged('/', prefix, 1000, next))
        // Null: there is no such bucket.
        if (!page) throw new Error(`The bucket ${bucket} does not exist`)
        for (const { Key, Size, LastModified } of page.objects ?? []) {
          yield { key: Key, bytes: Number(Size), modified: new Date(LastModified) } satisfies StoredObject
        }
        next = page.nextContinuationToken
      } while (next)
    },
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

/** What the other side or the way to it may do better the next time; a refusal is not tried again. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const refused = error instanceof S3ServiceError && error.status < 500
      if (refused || attempt === attempts) throw error
      await new Promise(resolve => setTimeout(resolve, 100 * 2 ** attempt))
    }
  }
}
