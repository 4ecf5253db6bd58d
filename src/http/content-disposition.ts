/**
 * `Content-Disposition` by RFC 6266: the name in ASCII for old programs, and as it is by RFC 8187 when that differs.
 * Whatever the name holds, nothing of it ends the header or begins another parameter.
 */
export function contentDisposition(type: 'attachment' | 'inline', name: string): string {
  const clean = name.toWellFormed().replace(/\p{Cc}/gu, '')
  // A per cent sign is unfolded by some browsers, quotes and backslashes are read in two ways.
  const ascii = clean
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/gu, '_')
  const encoded = encodeURIComponent(clean).replace(
    /['()*]/g,
    sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${type}; filename="${ascii}"${ascii === clean ? '' : `; filename*=UTF-8''${encoded}`}`
}
