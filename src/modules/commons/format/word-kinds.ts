/** What a UTF-16 unit is to a counter of words. */
export const SEPARATOR = 0
export const WORD = 1
/** A sign of a script written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese). */
export const LONE_SIGN = 2

/**
 * Filled once (some 10 ms), so that texts are walked without a regular expression per character.
 * Signs outside the basic plane, rare scripts and emoji alike, count as words.
 */
export const WORD_KIND: Uint8Array = new Uint8Array(0x10000)

const WORD_SIGN = /[\p{L}\p{N}\p{M}]/u
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
for (let code = 0; code < WORD_KIND.length; code++) {
  const sign = String.fromCharCode(code)
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  if (UNSPACED.test(sign)) WORD_KIND[code] = LONE_SIGN
  else if (isSurrogate || WORD_SIGN.test(sign)) WORD_KIND[code] = WORD
}
