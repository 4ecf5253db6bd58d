import type { Locale } from '#kernel/locale.ts'
import { type MessageKey, messages } from '#platform/i18n/i18n.ts'

/** The words of the script of the writing page (src/islands/writing.ts); what is in braces is filled in there. */
export type WritingWords = Record<keyof typeof words, string> & { problems: Record<string, string> }

/** As the attribute `data-words` of the form has them. */
export function writingWords(locale: Locale): WritingWords {
  const own = messages[locale]
  const said = Object.entries(words).map(([name, key]) => [name, own[key]])
  const prefix = 'writing.problem.'
  const problems = Object.entries(own)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [key.slice(prefix.length), text])
  return { ...Object.fromEntries(said), problems: Object.fromEntries(problems) }
}

const words = {
  saving: 'writing.live.saving',
  saved: 'writing.live.saved',
  waiting: 'writing.live.waiting',
  held: 'writing.live.held',
  heldOne: 'writing.live.held.one',
  offline: 'writing.live.offline',
  offlineOne: 'writing.live.offline.one',
  unkept: 'writing.live.unkept',
  busy: 'writing.live.busy',
  signedOut: 'writing.live.signed-out',
  closed: 'writing.live.closed',
  account: 'writing.live.account',
  tooLarge: 'writing.live.too-large',
  restored: 'writing.live.restored',
  restoredOne: 'writing.live.restored.one',
  changed: 'writing.live.changed',
  changedBy: 'writing.live.changed.by',
  rowsChanged: 'writing.live.rows',
  answered: 'writing.answered',
  neededCount: 'writing.needed',
  here: 'writing.live.here',
  people: 'writing.live.people',
  conflict: 'writing.conflict',
  conflictBy: 'writing.conflict.by',
  yours: 'writing.live.yours',
  nothing: 'writing.nothing',
  keepMine: 'writing.live.keep-mine',
  takeTheirs: 'writing.live.take-theirs',
  edit: 'writing.live.edit',
  sum: 'writing.shares.sum',
  sumOff: 'writing.shares.off',
  sumOver: 'writing.shares.over',
  toolbar: 'writing.live.toolbar',
  bold: 'writing.live.bold',
  italic: 'writing.live.italic',
  code: 'writing.live.code',
  link: 'writing.live.link',
  bullets: 'writing.live.bullets',
  numbers: 'writing.live.numbers',
  picture: 'writing.live.picture',
  undo: 'writing.live.undo',
  redo: 'writing.live.redo',
  address: 'writing.live.address',
  addressWrong: 'writing.live.address.wrong',
  apply: 'writing.live.apply',
  remove: 'writing.live.remove',
  cancel: 'writing.live.cancel',
  description: 'writing.live.description',
  sending: 'writing.live.sending',
  notSent: 'writing.live.not-sent',
  tooLong: 'writing.live.too-long',
  plain: 'writing.live.plain',
} as const satisfies Record<string, MessageKey>
