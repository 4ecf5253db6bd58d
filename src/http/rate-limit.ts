import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type pg from 'pg'
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { type AppContext, clientAddress } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'

/** How often one address may ask, by what the answer costs: [times, seconds]. */
const limits = {
  search: [240, 60],
  export: [30, 60],
  api: [600, 60],
  import: [20, 60],
  /** Said about pages, by one account. */
  comment: [60, 600],
  /** Colleagues asked to write in a page or to look at it, by one account: each is written to. */
  letter: [30, 600],
  /** Guesses at the code of the first start. */
  start: [10, 600],
  /** Keys that turn out wrong. */
  token: [30, 600],
  /** Attempts to sign in, from one place and at one account, by its address whether or not there is one. */
  'sign-in': [30, 600],
  'sign-in-account': [10, 600],
  /** The same from a browser in which the account was open before: strangers do not use up what is its owner's. */
  'sign-in-known': [10, 600],
  /** Noted in the audit log when an account is closed to further attempts. */
  'sign-in-noted': [1, 600],
  'sign-up': [10, 3600],
  /** Second factors and passwords of those who have already shown something. */
  code: [20, 600],
  /** Messages that anyone can have sent: from one place, and to one address. */
  mail: [20, 3600],
  'mail-account': [5, 3600],
  'mail-known': [5, 3600],
} as const satisfies Record<string, readonly [number, number]>

export type LimitName = keyof typeof limits

export interface RateLimits {
  /** Counts one more request. @throws AppError 'too-many-requests' with the seconds to wait */
  spend(name: LimitName, key: string): Promise<void>
}

/**
 * Counted in PostgreSQL, so that several processes count together; an address that is over is then refused from memory.
 * @param factor multiplies every limit; 0 turns them off
 */
export function openRateLimits(pool: pg.Pool, factor: number): RateLimits {
  if (factor === 0) return { spend: async () => undefined }
  const limiters = new Map(
    Object.entries(limits).map(([name, [times, seconds]]) => {
      const points = Math.max(1, Math.round(times * factor))
      const options = { keyPrefix: name, points, duration: seconds }
      return [
        name,
        new RateLimiterPostgres({
          ...options,
          storeClient: pool,
          tableName: 'rate_limit',
          tableCreated: true,
          inMemoryBlockOnConsumed: points + 1,
          // The database being slow must not open the gate: count in this process meanwhile.
          insuranceLimiter: new RateLimiterMemory(options),
        }),
      ]
    }),
  )
  return {
    async spend(name, key) {
      try {
        await limiters.get(name)?.consume(fingerprint(key))
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
        throw new AppError('too-many-requests', { params: { seconds, minutes: Math.ceil(seconds / 60) } })
      }
    },
  }
}

export function limitAddress(c: AppContext, name: LimitName): Promise<void> {
  return c.var.services.rateLimits.spend(name, clientAddress(c))
}

/** Addresses are not stored as such, and go with their minute. */
function fingerprint(address: string): string {
  return createHash('sha256').update(subscriber(address)).digest('base64url').slice(0, 22)
}

/** One subscriber has 2^64 addresses of IPv6, or more: the first 64 bits stand for all of them. */
export function subscriber(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  if (mapped || isIP(address) !== 6) return mapped ?? address
  const [head = '', tail] = address.split('%')[0]?.toLowerCase().split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const groups =
    tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
