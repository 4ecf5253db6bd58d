import { createHmac, timingSafeEqual } from 'node:crypto'
import { isId } from '#kernel/ids.ts'

/** By which somebody leaves one thread from a mail, without signing in. It has no end. */
export function leavingToken(
  secret: string,
  networkId: string,
  { threadId, personId }: { threadId: string; personId: string },
): string {
  const body = `${threadId}.${personId}`
  return `${body}.${signature(secret, networkId, body)}`
}

/** @returns null for a token that is not ours, or of another network */
export function readLeavingToken(
  secret: string,
  networkId: string,
  token: string,
): { threadId: string; personId: string } | null {
  const [, threadId = '', personId = '', given = ''] =
    /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.([\w-]{43})$/.exec(token) ?? []
  if (!isId(threadId) || !isId(personId)) return null
  const expected = Buffer.from(signature(secret, networkId, `${threadId}.${personId}`))
  return timingSafeEqual(expected, Buffer.from(given)) ? { threadId, personId } : null
}

function signature(secret: string, networkId: string, body: string): string {
  // The purpose is part of what is signed: the same secret signs other things.
  return createHmac('sha256', secret).update(`thread.leaving\n${networkId}\n${body}`).digest('base64url')
}
