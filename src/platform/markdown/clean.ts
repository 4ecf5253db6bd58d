import { QuoteType, Tokenizer } from 'htmlparser2'
import { type Attributes, alternative, cellAttributes, imageTag, listAttributes } from './attributes.ts'
import { discarded, kinds, renamed, separators } from './elements.ts'
import * as shape from './shape.ts'
import { safeLink } from './urls.ts'

export type CleanOptions = {
  /** The level above the page's own headings: with 1 (the default) the first heading is an `h2`. 0 to 5. */
  headingShift?: number
  /** The text alternative of an image that has none; `position` counts them from 1. Without it: decorative. */
  imageLabel?: (position: number) => string
  /** The accessible name of a table that scrolls sideways; `position` counts from 1. */
  tableLabel?: (position: number) => string
}

/**
 * Any HTML to safe, well-formed, tidy HTML. One pass, linear time, bounded depth; cleaning twice changes nothing.
 *
 * The tokenizer is htmlparser2's; its tree builder (and sanitize-html, which sits on it) is not used because both
 * search an unbounded stack for every closing tag: 80 kB of `<b>…</i>` cost them 150 ms, four times more for twice
 * the input, minutes for a page of 3.7 MB. Safety does not rest on how the input is tokenized: whatever is
 * recognised, only listed element names, recomposed attributes and escaped text are written (`shape.ts`), and none
 * of the listed elements is raw text or foreign content, so a browser cannot read the output otherwise than as written.
 */
export function cleanHtml(html: string, options: CleanOptions = {}): string {
  const page: Page = {
    shape: shape.newShape(),
    options,
    boxes: [],
    headings: [],
    images: 0,
    tables: 0,
    discarding: '',
  }
  let name = ''
  let attributes = new Map<string, string>()
  let attribute = ''
  let value = ''

  const endOfTag = () => {
    open(page, name, attributes)
    attributes = new Map()
  }
  const tokenizer = new Tokenizer(
    {},
    {
      ontext: (start, end) => addText(page, html.slice(start, end)),
      ontextentity: code => addText(page, String.fromCodePoint(code)),
      onopentagname: (start, end) => {
        name = html.slice(start, end).toLowerCase()
      },
      onattribname: (start, end) => {
        attribute = html.slice(start, end).toLowerCase()
        value = ''
      },
      onattribdata: (start, end) => {
        value += html.slice(start, end)
      },
      onattribentity: code => {
        value += String.fromCodePoint(code)
      },
      onattribend: quote => {
        // The first of two equal attributes counts, as in browsers. More than a few are nobody's.
        if (!attributes.has(attribute) && attributes.size < 32) {
          attributes.set(attribute, quote === QuoteType.NoValue ? '' : value)
        }
      },
      onopentagend: endOfTag,
      onselfclosingtag: endOfTag,
      onclosetag: (start, end) => closeTag(page, html.slice(start, end).toLowerCase()),
      oncomment: () => {},
      oncdata: () => {},
      ondeclaration: () => {},
      onprocessinginstruction: () => {},
      onend: () => {},
    },
  )
  tokenizer.write(html)
  tokenizer.end()
  return shape.finish(page.shape)
}

type Page = {
  shape: shape.Shape
  options: CleanOptions
  /** One entry per open `div`: the group it opened, or null when it only separates. */
  boxes: (shape.Open | null)[]
  /** Levels of the headings above the present place, as written. */
  headings: number[]
  images: number
  tables: number
  /** Name of the raw-text element whose content is being thrown away, or ''. */
  discarding: string
}

function addText(page: Page, text: string): void {
  if (page.discarding === '') shape.text(page.shape, text)
}

function open(page: Page, written: string, attributes: Attributes): void {
  const name = renamed.get(written) ?? written
  if (page.discarding !== '') return
  if (discarded.has(name)) page.discarding = name
  else if (name === 'div') openBox(page, attributes)
  else if (separators.has(name)) shape.separate(page.shape)
  else if (name === 'br') shape.lineBreak(page.shape)
  else if (name === 'hr') shape.rule(page.shape)
  else if (name === 'img' || name === 'image') addImage(page, attributes)
  else if (name === 'a') openLink(page, attributes)
  else openNamed(page, name, attributes)
}

function openNamed(page: Page, name: string, attributes: Attributes): void {
  const kind = kinds.get(name)
  if (kind === 'inline') shape.openInline(page.shape, name, inlineStart(name, attributes))
  else if (name === 'caption') shape.separate(page.shape)
  else if (kind === 'heading') openHeading(page, Number(name[1]))
  else if (kind === 'table') openTable(page)
  else if (kind === 'cell') {
    const start = `<${name}${cellAttributes(name, attributes, shape.isOpen(page.shape, 'thead'))}>`
    shape.openBlock(page.shape, name, { start, end: `</${name}>` })
  } else if (kind) {
    const lineAfter = kind === 'list' || kind === 'flow' || kind === 'section' ? '\n' : ''
    const start = `<${name}${listAttributes(name, attributes)}>${lineAfter}`
    shape.openBlock(page.shape, name, { start, end: `</${name}>\n` })
  }
}

function closeTag(page: Page, written: string): void {
  const name = renamed.get(written) ?? written
  if (page.discarding !== '') {
    if (name === page.discarding) page.discarding = ''
  } else if (name === 'div') {
    const group = page.boxes.pop()
    if (group) shape.closeThis(page.shape, group)
    else shape.separate(page.shape)
  } else if (separators.has(name)) shape.separate(page.shape)
  else shape.close(page.shape, name)
}

/** `div` with the class `group` is the one box with a meaning: it repeats a set of questions. */
function openBox(page: Page, attributes: Attributes): void {
  const isGroup = attributes.get('class') === 'group'
  if (
    isGroup &&
    shape.openBlock(page.shape, 'group', { start: '<div class="group">\n', end: '</div>\n' }, 'flow')
  ) {
    page.boxes.push(page.shape.stack.at(-1) ?? null)
    return
  }
  shape.separate(page.shape)
  page.boxes.push(null)
}

function openLink(page: Page, attributes: Attributes): void {
  // A link ends the link before it: HTML knows no link inside a link.
  shape.close(page.shape, 'a')
  const link = safeLink(attributes.get('href') ?? '')
  if (link) shape.openInline(page.shape, 'a', shape.linkTag(link, attributes.get('title') ?? ''))
}

/**
 * The outline never skips a level: `#` then `###` becomes `h2` then `h3`. A heading as high as the one before it
 * stays beside it.
 */
function openHeading(page: Page, level: number): void {
  shape.openBlock(page.shape, `h${level}`, () => {
    while (page.headings.length > 0 && (page.headings.at(-1) as number) >= level) page.headings.pop()
    page.headings.push(level)
    const shown = Math.min(6, Math.max(0, page.options.headingShift ?? 1) + page.headings.length)
    return { start: `<h${shown}>`, end: `</h${shown}>\n` }
  })
}

function openTable(page: Page): void {
  shape.openBlock(page.shape, 'table', () => {
    const label = page.options.tableLabel?.(++page.tables) ?? ''
    const name = label === '' ? '' : ` aria-label="${shape.escapeAttribute(label)}"`
    const start = `<div class="scroll" tabindex="0" role="region"${name}>\n<table>\n`
    return { start, end: '</table>\n</div>\n' }
  })
}

function addImage(page: Page, attributes: Attributes): void {
  const written = alternative(attributes)
  const alt = written || (page.options.imageLabel?.(page.images + 1) ?? '')
  const tag = imageTag(attributes, alt)
  if (tag === null) {
    // An image that may not be loaded leaves the words that stood for it.
    if (written !== '') shape.text(page.shape, written)
    return
  }
  page.images++
  shape.voidInline(page.shape, tag)
}

function inlineStart(name: string, attributes: Attributes): string {
  if (name === 'time' && attributes.get('class') === 'stamp') return '<time class="stamp">'
  const title = name === 'abbr' ? (attributes.get('title') ?? '') : ''
  return title === '' ? `<${name}>` : `<${name} title="${shape.escapeAttribute(title)}">`
}
