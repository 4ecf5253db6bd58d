export { blocksOfHtml, type HtmlReading } from './html-blocks.ts'
export {
  type Block,
  type Fact,
  lettersIn,
  lettersOf,
  type Manuscript,
  type PictureSize,
  type Run,
} from './manuscript.ts'
export { laidOut } from './table-grid.ts'
export { type DocumentFormat, mostLetters, openTypesetter, type Typeset, typesetter } from './typesetter.ts'
