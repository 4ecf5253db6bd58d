import { Tokenizer } from 'htmlparser2'

const blocks = new Set(
  'address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table tr ul'.split(
    ' ',
  ),
)
const spaced = new Set('blockquote h1 h2 h3 h4 h5 h6 p ul ol table'.split(' '))
const silent = new Set(['script', 'style', 'title', 'head', 'template', 'noscript', 'textarea'])

/**
 * The words of a mail that has no plain text, line by line; what it quotes with a `>` before each line, as plain text has
 * it. One pass over the tokens: mail programs close what they never opened.
 */
export function textOfHtml(html: string): string {
  const lines: string[] = []
  let line = ''
  let quotes = 0
  let silence = ''
  let name = ''
  const end = (empty = false) => {
    const text = line.replace(/[\s\u00a0]+/g, ' ').trim()
    const mark = quotes > 0 ? '> ' : ''
    if (text !== '') lines.push(mark + text)
    if (empty && lines.length > 0 && lines.at(-1) !== '') lines.push('')
    line = ''
  }
  const open = () => {
    if (silence !== '') return
    if (silent.has(name)) {
      if (name !== 'head') silence = name
      return
    }
    if (name === 'br') {
      // Two of them make an empty line.
      if (line.trim() === '' && lines.length > 0 && lines.at(-1) !== '') lines.push('')
      else end()
    } else if (blocks.has(name)) end(spaced.has(name))
    if (name === 'blockquote') quotes++
    if (name === 'li') line = '- '
    if (name === 'td' || name === 'th') line += ' '
  }
  const tokenizer = new Tokenizer(
    {},
    {
      ontext: (start, stop) => {
        if (silence === '') line += html.slice(start, stop)
      },
      ontextentity: code => {
        if (silence === '') line += String.fromCodePoint(code)
      },
      onopentagname: (start, stop) => {
        name = html.slice(start, stop).toLowerCase()
      },
      onopentagend: open,
      onselfclosingtag: open,
      onclosetag: (start, stop) => {
        const closed = html.slice(start, stop).toLowerCase()
        if (silence !== '') {
          if (closed === silence) silence = ''
          return
        }
        if (!blocks.has(closed)) return
        end(spaced.has(closed))
        if (closed === 'blockquote' && quotes > 0) quotes--
      },
      onattribname: () => undefined,
      onattribdata: () => undefined,
      onattribentity: () => undefined,
      onattribend: () => undefined,
      oncomment: () => undefined,
      oncdata: () => undefined,
      ondeclaration: () => undefined,
      onprocessinginstruction: () => undefined,
      onend: () => undefined,
    },
  )
  tokenizer.write(html)
  tokenizer.end()
  end()
  return lines.join('\n').trim()
}
