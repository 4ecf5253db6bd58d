import { expect, test } from 'vitest'
import { newId, platformId } from '#kernel/ids.ts'
import { newReplyToken, readReplyToken } from '#modules/threads/reply-addresses.ts'

test('a token names its network and keeps its secret, whatever the case it comes back in', () => {
  for (const networkId of [newId(), platformId, 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
    const { token, hash } = newReplyToken(networkId)
    expect(token).toMatch(/^[a-z2-7]{52}$/)
    // `reply+` and the token: what may stand before the @ of an address (RFC 5321, 4.5.3.1.1).
    expect(`reply+${token}`.length).toBeLessThanOrEqual(64)
    expect(readReplyToken(token)).toEqual({ networkId, hash })
    expect(readReplyToken(token.toUpperCase())).toEqual({ networkId, hash })
    expect(token).not.toContain(hash.toString('hex').slice(0, 8))
  }
})

test('no two are alike', () => {
  const networkId = newId()
  const tokens = Array.from({ length: 100 }, () => newReplyToken(networkId).token.slice(26))
  expect(new Set(tokens).size).toBe(100)
})

test.each(['', 'a', 'a'.repeat(51), 'a'.repeat(53), '1'.repeat(52), `${'a'.repeat(51)}é`, 'z'.repeat(52)])(
  '%s is no token',
  token => {
    expect(readReplyToken(token)).toBeNull()
  },
)
