import { inWords } from '#modules/commons/templates/questions.ts'
import type { TemplateQuestion } from '#modules/commons/templates/template.ts'
import type { ValueProblem } from '#modules/commons/templates/values.ts'
import type { ReviewRule, SharedWith } from '#modules/commons/writing/review/reviewers.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

export const stateNames = {
  draft: 'writing.state.draft',
  network: 'writing.state.network',
  public: 'writing.state.public',
  withdrawn: 'writing.state.withdrawn',
} as const

export const requiredNames = {
  network: 'writing.required.network',
  public: 'writing.required.public',
} as const

/** What is said above the field that adds to a list. */
export const addNames = {
  tags: 'writing.tags.add',
  countries: 'writing.countries.add',
  people: 'writing.people.add',
  organisations: 'writing.organisations.add',
  items: 'writing.items.add',
} as const

export const ruleNames: Record<ReviewRule, MessageKey> = {
  public: 'reviewers.applies.public',
  both: 'reviewers.applies.both',
  none: 'reviewers.applies.none',
}

/** What is said of a page that is, or is to be, shared so. */
export const sharingNames: Record<
  SharedWith,
  Record<'name' | 'text' | 'ask' | 'share' | 'for' | 'accept', MessageKey>
> = {
  network: {
    name: 'sharing.network',
    text: 'sharing.network.text',
    ask: 'sharing.network.ask',
    share: 'sharing.network.do',
    for: 'review.for.network',
    accept: 'review.accept.network',
  },
  public: {
    name: 'sharing.public',
    text: 'sharing.public.text',
    ask: 'sharing.public.ask',
    share: 'sharing.public.do',
    for: 'review.for.public',
    accept: 'review.accept.public',
  },
}

const problemNames: Record<ValueProblem['code'], MessageKey> = {
  invalid: 'writing.problem.invalid',
  'too-long': 'writing.problem.too-long',
  'text-too-long': 'writing.problem.text-too-long',
  'too-many': 'writing.problem.too-many',
  'not-a-number': 'writing.problem.not-a-number',
  'out-of-range': 'writing.problem.out-of-range',
  'not-a-date': 'writing.problem.not-a-date',
  'not-a-place': 'writing.problem.not-a-place',
  'no-such-row': 'writing.problem.no-such-row',
}

/** What is wrong with an answer, and how to mend it. */
export function problemText(i18n: I18n, { code, params = {} }: ValueProblem): string {
  return i18n.t(problemNames[code], params)
}

/** A question in few words, for lists: the label if it has one. */
export function shortQuestion(question: TemplateQuestion, language: string): string {
  const text = inWords(question.label, language) || inWords(question.ask, language) || question.key
  return text.length > 90 ? `${text.slice(0, 88).trimEnd()}…` : text
}

/** Whether a link may lead there: pages hold whatever their authors wrote. */
export function isFollowable(address: string): boolean {
  return /^(?:https?:\/\/|mailto:|\/(?![/\\]))/i.test(address)
}
