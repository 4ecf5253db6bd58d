import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { version } from '#kernel/version.ts'
import {
  type Destination,
  type DestinationOptions,
  findDestination,
  type Refusal,
} from '#platform/webhooks/destination.ts'
import { signedHeaders } from '#platform/webhooks/signature.ts'

export interface Message {
  /** Of the delivery: the same at every try, so that a receiver knows it has it already. */
  id: string
  url: string
  secret: string
  body: string
}

export interface SendOptions extends DestinationOptions {
  /** For all of it: name, connection, request and answer. */
  limitMs?: number | undefined
  signal?: AbortSignal | undefined
}

/** Refused before it was sent, not answered ('name' has no address), or answered by other than 2xx. */
export type SendError = Refusal | 'name' | 'timeout' | 'certificate' | 'connection' | 'status'

export interface Outcome {
  error: SendError | null
  status: number | null
  /** The first characters of the answer. */
  response: string | null
}

const limitMs = 10_000
const responseCharacters = 500

/**
 * Sends one signed message, once. Redirects are not followed: they count as an answer other than 2xx.
 * @throws only when `signal` says to stop
 */
export async function send(message: Message, now: Date, options: SendOptions = {}): Promise<Outcome> {
  const limit = AbortSignal.timeout(options.limitMs ?? limitMs)
  const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit
  try {
    const destination = await unlessAborted(findDestination(message.url, options), signal)
    if (typeof destination === 'string') return { error: destination, status: null, response: null }
    const { status, text } = await exchange(destination, message, now, signal)
    return { error: status >= 200 && status < 300 ? null : 'status', status, response: text }
  } catch (thrown) {
    if (options.signal?.aborted) throw thrown
    return { error: limit.aborted ? 'timeout' : errorOf(thrown), status: null, response: null }
  }
}

function exchange(
  { url, addresses }: Destination,
  message: Message,
  now: Date,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  // The name is not looked up a second time, when it might lead elsewhere.
  const lookup: LookupFunction = (_hostname, { all }, callback) => {
    const [first] = addresses
    if (all || !first) callback(null, addresses)
    else callback(null, first.address, first.family)
  }
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http
    const request = client.request(url, {
      method: 'POST',
      // No connection made for another message, or by way of somebody else.
      agent: false,
      lookup,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(message.body),
        'user-agent': `Cordee/${version} (webhooks)`,
        ...signedHeaders(message, message.secret, now),
      },
    })
    request.on('error', reject)
    request.on('response', response => {
      let text = ''
      const end = () => {
        response.destroy()
        resolve({ status: response.statusCode ?? 0, text: legible(text) })
      }
      // The status is the answer. What follows, or breaks off, changes nothing.
      request.off('error', reject).on('error', end)
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length >= responseCharacters) end()
      })
      response.on('error', end)
      response.on('close', end)
    })
    request.end(message.body)
  })
}

/** No control characters, of which PostgreSQL refuses one, and not half of a character at the end. */
function legible(text: string): string {
  return text
    .slice(0, responseCharacters)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
}

function errorOf(thrown: unknown): SendError {
  const code = String((thrown as { code?: unknown } | null)?.code ?? '')
  if (/^(?:ENOTFOUND|EAI_)/.test(code)) return 'name'
  if (/CERT|SSL|TLS|^EPROTO$|^UNABLE_TO|^HOSTNAME_MISMATCH$/.test(code)) return 'certificate'
  return code === 'ETIMEDOUT' ? 'timeout' : 'connection'
}

/** The system's look-up of names cannot be called off. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>()
  const stop = () => stopped.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    return await Promise.race([work, stopped.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
