import { type DOMOutputSpec, type Mark, type Node, Schema } from 'prosemirror-model'

/**
 * What a rich answer may be made of. No headings, quotations, rules or code blocks: on a page of the commons a line with `#`
 * or `>` begins something else, and an answer must not end in its middle.
 */
export const schema = new Schema({
  nodes: {
    doc: { content: 'block+' },
    paragraph: {
      content: 'inline*',
      group: 'block',
      parseDOM: [{ tag: 'p' }],
      toDOM: () => ['p', 0],
    },
    bullet_list: {
      content: 'list_item+',
      group: 'block',
      // Two lists that follow each other are told apart by their marks alone.
      attrs: { tight: { default: true }, marker: { default: '-' } },
      parseDOM: [{ tag: 'ul' }],
      toDOM: (): DOMOutputSpec => ['ul', 0],
    },
    ordered_list: {
      content: 'list_item+',
      group: 'block',
      attrs: { tight: { default: true }, marker: { default: '.' }, order: { default: 1 } },
      parseDOM: [{ tag: 'ol', getAttrs: dom => ({ order: startOf(dom) }) }],
      toDOM: (node): DOMOutputSpec => [
        'ol',
        node.attrs.order === 1 ? {} : { start: String(node.attrs.order) },
        0,
      ],
    },
    list_item: {
      content: 'block+',
      defining: true,
      parseDOM: [{ tag: 'li' }],
      toDOM: () => ['li', 0],
    },
    text: { group: 'inline' },
    image: {
      inline: true,
      group: 'inline',
      draggable: true,
      attrs: { src: {}, alt: { default: '' }, title: { default: '' } },
      parseDOM: [
        {
          tag: 'img[src]',
          getAttrs: dom => ({
            src: dom.getAttribute('src') ?? '',
            alt: dom.getAttribute('alt') ?? '',
            title: dom.getAttribute('title') ?? '',
          }),
        },
      ],
      toDOM: (node): DOMOutputSpec => ['img', imageAttributes(node)],
    },
    hard_break: {
      inline: true,
      group: 'inline',
      selectable: false,
      linebreakReplacement: true,
      parseDOM: [{ tag: 'br' }],
      toDOM: () => ['br'],
    },
  },
  marks: {
    em: { parseDOM: [{ tag: 'i' }, { tag: 'em' }], toDOM: () => ['em', 0] },
    strong: { parseDOM: [{ tag: 'b' }, { tag: 'strong' }], toDOM: () => ['strong', 0] },
    link: {
      // `bare`: an address that stands in the text as it is, without any mark round it.
      attrs: { href: {}, title: { default: '' }, bare: { default: false } },
      inclusive: false,
      parseDOM: [
        {
          tag: 'a[href]',
          getAttrs: dom => {
            const href = followed(dom.getAttribute('href') ?? '')
            return href === null ? false : { href, title: dom.getAttribute('title') ?? '' }
          },
        },
      ],
      toDOM: (mark): DOMOutputSpec => ['a', linkAttributes(mark), 0],
    },
    code: { parseDOM: [{ tag: 'code' }], toDOM: () => ['code', 0] },
  },
})

/** An address somebody may follow, or null: whatever else is written, a page of ours never runs it. */
export function followed(address: string): string | null {
  const tidy = address.trim()
  if (tidy.startsWith('/') && !/^\/[/\\]/.test(tidy)) return tidy
  try {
    return ['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(tidy).protocol) ? tidy : null
  } catch {
    return null
  }
}

function linkAttributes(mark: Mark): Record<string, string> {
  const { href, title } = mark.attrs as { href: string; title: string }
  return { ...(followed(href) !== null && { href }), ...(title !== '' && { title }), rel: 'noreferrer' }
}

function imageAttributes(node: Node): Record<string, string> {
  const { src, alt, title } = node.attrs as { src: string; alt: string; title: string }
  return { ...(/^https?:|^\/[^/\\]/i.test(src) && { src }), alt, ...(title !== '' && { title }) }
}

function startOf(list: HTMLElement): number {
  const start = Number(list.getAttribute('start') ?? 1)
  return Number.isInteger(start) && start >= 0 && start < 1e9 ? start : 1
}
