/**
 * What word processors and web pages put on the clipboard, as the few elements the editor knows: paragraphs, bold, italics,
 * links, lists, pictures. Headings become bold lines, quotations and cells of tables paragraphs; styles, comments and the
 * marks of programmes go.
 */
export function cleanPasted(html: string): string {
  // Styles are read, never applied: the page's policy forbids them, and browsers complain of each they come upon.
  const quiet = html
    .replace(/<!--\[if[\s\S]*?<!\[endif\]-->|<!\[(?:if[^\]]*|endif)\]>|<\/?[ovw]:[^>]*>/gi, '')
    .replace(/<(style|script|xml|head|title)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/(<[^<>]*?\s)style(\s*=)/gi, '$1data-style$2')
  const { body } = new DOMParser().parseFromString(quiet, 'text/html')
  listParagraphs(body)
  for (const heading of body.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const strong = document.createElement('strong')
    strong.append(...heading.childNodes)
    renamed(heading, 'p').append(strong)
  }
  for (const row of body.querySelectorAll('tr')) {
    const line = document.createElement('p')
    for (const [index, cell] of [...row.children].entries()) {
      if (index > 0) line.append(' – ')
      line.append(...inlineOf(cell))
    }
    row.replaceWith(line)
  }
  for (const box of body.querySelectorAll('blockquote, table, tbody, thead, tfoot, dl')) unwrapped(box)
  for (const line of body.querySelectorAll('pre, dt, dd')) renamed(line, 'p')
  for (const element of body.querySelectorAll<HTMLElement>('span, b, i, font, u, p, li')) restyled(element)
  for (const image of body.querySelectorAll('img')) {
    const own = ownPicture(image.getAttribute('src') ?? '')
    if (own) image.setAttribute('src', own)
    // Pictures inside the clipboard come as files; those of other programmes nobody else can load.
    else if (!/^https?:/i.test(image.getAttribute('src') ?? '')) image.remove()
  }
  for (const element of body.querySelectorAll('*')) {
    for (const { name } of [...element.attributes]) if (!kept.has(name)) element.removeAttribute(name)
  }
  return body.innerHTML
}

/** The address of a picture that is kept here, without the name of the host: browsers put it on the clipboard with it. */
function ownPicture(address: string): string | null {
  const path = address.startsWith(`${location.origin}/`) ? address.slice(location.origin.length) : address
  return /^\/[a-z]{2}\/[\w-]+\/files\/[0-9a-f-]{36}$/.test(path) ? path : null
}

const kept = new Set(['href', 'src', 'alt', 'title', 'start'])

/** Word writes a list as paragraphs with a sign in front; `mso-list` in their style says how deep. */
function listParagraphs(body: HTMLElement): void {
  let open: { list: HTMLElement; level: number }[] = []
  for (const paragraph of [...body.querySelectorAll<HTMLElement>('p')]) {
    const level = Number(/mso-list:[^;]*\blevel(\d)/i.exec(paragraph.dataset.style ?? '')?.[1] ?? 0)
    if (level === 0) {
      open = []
      continue
    }
    const sign = [...paragraph.querySelectorAll<HTMLElement>('[data-style]')].find(({ dataset }) =>
      /mso-list:\s*ignore/i.test(dataset.style ?? ''),
    )
    const ordered = /^\s*\(?[\da-z]{1,3}[.)]/i.test(sign?.textContent ?? '')
    sign?.remove()
    const item = document.createElement('li')
    const between = open.at(-1)?.list.nextElementSibling
    if (open.length > 0 && between && between !== paragraph && open[0]?.list.nextElementSibling !== paragraph)
      open = []
    while (open.length > 0 && (open.at(-1)?.level ?? 0) > level) open.pop()
    const last = open.at(-1)
    if (last?.level === level) last.list.append(item)
    else {
      const list = document.createElement(ordered ? 'ol' : 'ul')
      if (last) (last.list.lastElementChild ?? last.list).append(list)
      else paragraph.before(list)
      list.append(item)
      open.push({ list, level })
    }
    const line = document.createElement('p')
    line.append(...paragraph.childNodes)
    item.append(line)
    paragraph.remove()
  }
}

/** Bold and italics said by a style, and those that a style takes back (the `<b>` round all that Google Docs copies). */
function restyled(element: HTMLElement): void {
  const style = element.dataset.style ?? ''
  const weight = /(?:^|[;\s])font-weight:\s*(\w+)/i.exec(style)?.[1]?.toLowerCase()
  const isBold = weight !== undefined && (weight.startsWith('bold') || Number(weight) >= 600)
  const isItalic = /(?:^|[;\s])font-style:\s*(?:italic|oblique)/i.test(style)
  const name = element.localName
  if (name === 'p' || name === 'li') return
  if (
    (name === 'b' && weight !== undefined && !isBold) ||
    (name === 'i' && /(?:^|[;\s])font-style:\s*normal/i.test(style))
  )
    unwrapped(element)
  else if (name === 'span' || name === 'font' || name === 'u') {
    if (isBold) wrapped(element, 'strong')
    if (isItalic) wrapped(element, 'em')
    unwrapped(element)
  }
}

function inlineOf(cell: Element): Node[] {
  for (const block of cell.querySelectorAll('p, div')) {
    block.append(' ')
    unwrapped(block)
  }
  return [...cell.childNodes]
}

function wrapped(element: Element, name: string): void {
  const inner = document.createElement(name)
  inner.append(...element.childNodes)
  element.append(inner)
}

function unwrapped(element: Element): void {
  element.replaceWith(...element.childNodes)
}

function renamed(element: Element, name: string): HTMLElement {
  const other = document.createElement(name)
  other.append(...element.childNodes)
  element.replaceWith(other)
  return other
}
