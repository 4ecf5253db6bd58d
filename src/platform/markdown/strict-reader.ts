/**
 * For tests: reads our own output with a grammar far narrower than HTML and reports what falls outside it. Anything
 * a browser could act upon — another element, another attribute, an unquoted value, a stray `<` — is a finding.
 */
const elements = new Set(
  (
    'a abbr b bdi blockquote br cite code del div em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp ' +
    'small strong sub sup table tbody td tfoot th thead time tr u ul var'
  ).split(' '),
)

const values: Record<string, RegExp> = {
  href: /^(?:https?:\/\/[^\s/]|mailto:|tel:|\/(?![/\\]))[^\s\\]*$|^mailto:[^\\]*$|^\/$/,
  src: /^https?:\/\/[^\s]+$/,
  alt: /^/,
  title: /^/,
  rel: /^noopener nofollow ugc$/,
  class: /^(?:group|scroll|stamp|end|center)$/,
  start: /^\d+$/,
  width: /^\d+$/,
  height: /^\d+$/,
  colspan: /^\d+$/,
  rowspan: /^\d+$/,
  scope: /^(?:col|row)$/,
  loading: /^lazy$/,
  decoding: /^async$/,
  referrerpolicy: /^no-referrer$/,
  tabindex: /^0$/,
  role: /^region$/,
  'aria-label': /^/,
}

const empty = new Set(['br', 'hr', 'img'])

export function findings(html: string): string[] {
  const found: string[] = []
  const open: string[] = []
  const rest = html.replace(
    /<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>/g,
    (_tag, slash: string, name: string, attributes: string) => {
      if (!elements.has(name)) found.push(`element ${name}`)
      if (slash) {
        if (attributes) found.push(`attributes on </${name}>`)
        if (open.pop() !== name) found.push(`unbalanced </${name}>`)
      } else {
        if (!empty.has(name)) open.push(name)
        if (name === 'a' && open.indexOf('a') !== open.length - 1) found.push('link inside a link')
        if (open.length > 60) found.push('too deep')
      }
      for (const [, key, value] of attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
        const decoded = (value ?? '').replace(/&(amp|lt|gt|quot);/g, entity => entities[entity] ?? '')
        if (!values[key ?? '']?.test(decoded)) found.push(`attribute ${key}=${value}`)
        if (/&(?!(?:amp|lt|gt|quot);)/.test(value ?? '')) found.push(`bare & in ${key}`)
      }
      return ''
    },
  )
  if (/[<>]/.test(rest))
    found.push(`stray angle bracket near ${rest.slice(Math.max(0, rest.search(/[<>]/) - 20)).slice(0, 60)}`)
  if (/&(?!(?:amp|lt|gt);)/.test(rest)) found.push('bare & in text')
  if (open.length > 0) found.push(`left open: ${open.join(' ')}`)
  return found
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }
