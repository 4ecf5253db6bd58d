/**
 * The closed list of what a page may contain. Everything that is not named here is unwrapped: its text stays,
 * the tag goes. A `Map`, so that a tag called `constructor` finds nothing.
 */
export type Kind =
  | 'inline'
  | 'paragraph'
  | 'heading'
  | 'pre'
  | 'item'
  | 'list'
  | 'flow'
  | 'cell'
  | 'row'
  | 'section'
  | 'table'

/** How strong a boundary an element is: a closing tag never reaches across a stronger one. */
export const rank: Record<Kind, number> = {
  inline: 0,
  paragraph: 1,
  heading: 1,
  pre: 1,
  item: 2,
  list: 3,
  flow: 3,
  cell: 4,
  row: 5,
  section: 6,
  table: 7,
}

const inline = 'a abbr b bdi cite code del em i ins kbd mark q s samp small strong sub sup time u var'.split(
  ' ',
)

export const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...inline.map(name => [name, 'inline'] as const),
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'caption'].map(name => [name, 'heading'] as const),
  ['p', 'paragraph'],
  ['pre', 'pre'],
  ['li', 'item'],
  ['ul', 'list'],
  ['ol', 'list'],
  ['blockquote', 'flow'],
  ['td', 'cell'],
  ['th', 'cell'],
  ['tr', 'row'],
  ['thead', 'section'],
  ['tbody', 'section'],
  ['tfoot', 'section'],
  ['table', 'table'],
])

/** Old spellings, and the element that says the same today. */
export const renamed: ReadonlyMap<string, string> = new Map([
  ['strike', 's'],
  ['tt', 'code'],
  ['acronym', 'abbr'],
  ['big', 'strong'],
  ['dir', 'ul'],
  ['menu', 'ul'],
])

/** Boxes without a meaning of their own here: they separate what is inside from what is around. */
export const separators: ReadonlySet<string> = new Set(
  (
    'address article aside body center dd details div dl dt fieldset figcaption figure footer form header ' +
    'hgroup html legend main nav option section select summary'
  ).split(' '),
)

/** Their content is not prose: it goes with the tag. All are raw text for an HTML tokenizer. */
export const discarded: ReadonlySet<string> = new Set(
  'iframe noembed noframes plaintext script style textarea title xmp'.split(' '),
)
