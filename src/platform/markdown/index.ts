export { type CleanOptions, cleanHtml } from './clean.ts'
export { type RenderOptions, renderMarkdown } from './markdown.ts'
export { inlineText, plainText } from './plain.ts'
