import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Discussion } from '#modules/commons/discussion/discussion.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type { Texts } from '#modules/commons/templates/template.ts'
import type { Choices } from '#modules/commons/writing/choices.ts'
import type { Network } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** What every answer of the page needs to know of it. */
export interface Hand {
  network: string
  /** Of the document: in which it asks. */
  language: string
  choices: Choices
  /** What is said of the page, where one writes it. */
  discussion?: { network: Network; discussion: Discussion }
}

export const HandContext = createContext<Hand | null>(null)

export function useHand(): Hand & {
  /** What the page itself says, in its own language. */
  ofPage: (texts: Texts | undefined) => string
  /** What is said to whoever writes, in theirs. */
  toWriter: (texts: Texts | undefined) => string
} {
  const hand = useContext(HandContext)
  const { locale } = useFrame().i18n
  if (!hand) throw new Error('An answer was rendered without its page')
  return {
    ...hand,
    ofPage: texts => inWords(texts, hand.language),
    toWriter: texts => inWords(texts, locale),
  }
}

/** Ids of the elements of an answer. */
export const fieldId = (path: string) => `field-${path}`
export const answerId = (path: string) => `answer-${path}`
