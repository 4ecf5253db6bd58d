import MarkdownIt from 'markdown-it'
import { type CleanOptions, cleanHtml } from './clean.ts'

export type RenderOptions = CleanOptions & {
  /** Leave out `[[key:value]]` metadata that stands in the text. Time stamps such as `[[0:24]]` stay. */
  hideMetadata?: boolean
}

/**
 * Markdown mixed with HTML, as pasted from anywhere, to safe and tidy HTML (block level). Never throws; the time is
 * linear in the length of the source, and nesting beyond 24 quotes or lists is not followed.
 */
export function renderMarkdown(source: string, options: RenderOptions = {}): string {
  return cleanHtml(parser.render(source, { hideMetadata: options.hideMetadata === true }), options)
}

const parser = newParser()

function newParser(): InstanceType<typeof MarkdownIt> {
  const markdown = new MarkdownIt({ html: true, linkify: true, typographer: false, maxNesting: 24 })
  // Guessing at addresses turns "the project.In 2021" into a link, and offers e-mail addresses to harvesters.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  // Four spaces at the start of a pasted line are layout, not source code; code has fences.
  markdown.disable('code')
  // Addresses are judged once, in `urls.ts`, after parsing: here a refusal would show the raw Markdown.
  markdown.validateLink = () => true
  markdown.inline.ruler.before('link', 'bracketed', (state, silent) => {
    const match = bracketedAt(state.src, state.pos)
    if (!match) return false
    const isStamp = stampPattern.test(match)
    if (!isStamp && state.env.hideMetadata !== true) return false
    if (!silent && isStamp) state.push('stamp', 'time', 0).content = match
    state.pos += match.length + 4
    return true
  })
  // The pattern leaves digits and colons only: nothing to escape.
  markdown.renderer.rules.stamp = (tokens, index) =>
    `<time class="stamp">${tokens[index]?.content ?? ''}</time>`
  return markdown
}

const stampPattern = /^\d{1,3}(?::\d{2}){1,2}$/
const bracketedPattern = /\[\[((?:\d{1,3}(?::\d{2}){1,2})|[a-z][a-z_]{1,40}:[^\n[\]]{0,2000})\]\]/y

function bracketedAt(source: string, position: number): string | null {
  bracketedPattern.lastIndex = position
  return bracketedPattern.exec(source)?.[1] ?? null
}
