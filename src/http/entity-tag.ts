/**
 * Whether the visitor has what would be sent: `If-None-Match` as RFC 9110 (13.1.2) has it: `*`, or a list of tags,
 * compared weakly.
 */
export function alreadyHas(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  const given = ifNoneMatch.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\uffff]*"/g) ?? []
  return given.some(tag => tag.replace(/^W\//, '') === etag)
}
