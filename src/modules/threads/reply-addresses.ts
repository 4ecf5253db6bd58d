import { createHash, randomBytes } from 'node:crypto'

/** RFC 4648, in small letters: mail servers may change the case of an address. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const signs = 26

/** For how long an answer by mail is taken. */
export const answerDays = 60

export interface ReplyToken {
  /** What stands in the address: which network, and a secret. The network is no secret: it says where to look. */
  token: string
  /** By which it is recognised without being kept. */
  hash: Buffer
}

/** Makes an address of which one person can answer one message. */
export function newReplyToken(networkId: string): ReplyToken {
  const secret = randomBytes(16)
  const network = Buffer.from(networkId.replaceAll('-', ''), 'hex')
  return { token: encoded(network) + encoded(secret), hash: hashOf(secret) }
}

/** @returns null for what is no token */
export function readReplyToken(token: string): { networkId: string; hash: Buffer } | null {
  if (token.length !== 2 * signs) return null
  const network = decoded(token.slice(0, signs).toLowerCase())
  const secret = decoded(token.slice(signs).toLowerCase())
  if (!network || !secret) return null
  const hex = network.toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return { networkId: parts.join('-'), hash: hashOf(secret) }
}

function hashOf(secret: Buffer): Buffer {
  return createHash('sha256').update('thread.reply\n').update(secret).digest()
}

/** Sixteen bytes, five bits a sign; the last sign holds three. */
function encoded(bytes: Buffer): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`)
  let text = ''
  for (let sign = 0; sign < signs; sign++) {
    text = alphabet[Number(rest & 31n)] + text
    rest >>= 5n
  }
  return text
}

function decoded(text: string): Buffer | null {
  let value = 0n
  for (const sign of text) {
    const bits = alphabet.indexOf(sign)
    if (bits < 0) return null
    value = (value << 5n) | BigInt(bits)
  }
  return value >> 128n === 0n ? Buffer.from(value.toString(16).padStart(32, '0'), 'hex') : null
}
