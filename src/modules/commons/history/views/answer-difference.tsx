import type { Effort } from '#modules/commons/history/alignment.ts'
import { differences, folded, listDifferences } from '#modules/commons/history/differences.ts'
import type { AnswerDifference } from '#modules/commons/history/states.ts'
import { isText, questionName, type Said, said } from '#modules/commons/history/value-words.ts'
import { DifferenceList, DifferenceText } from '#modules/commons/history/views/difference-text.tsx'
import type { Template } from '#modules/commons/templates/template.ts'
import { useFrame } from '#ui/frame.ts'

/** What became of one answer, in words. */
export function AnswerDifferenceView({
  template,
  language,
  answer,
  effort,
  children,
}: {
  template: Template
  /** In which the questions are asked. */
  language: string
  answer: Pick<AnswerDifference, 'path' | 'before' | 'after'>
  /** For all answers of a page together. */
  effort: Effort
  children?: preact.ComponentChildren
}) {
  const { i18n } = useFrame()
  const { path } = answer
  const [before, after] = [answer.before, answer.after].map(value =>
    said(i18n, template, path, value, language),
  ) as [Said, Said]
  return (
    <section class="answer-difference">
      <h2 lang={language}>{questionName(template, path, language)}</h2>
      {before.list || after.list ? (
        <DifferenceList pieces={listDifferences(items(before), items(after))} />
      ) : isText(template, path) ? (
        <DifferenceText
          pieces={folded(differences(before.text ?? '', after.text ?? '', effort))}
          language={language}
          longestFold={Number.POSITIVE_INFINITY}
        />
      ) : (
        <DifferenceList pieces={replaced(before.text ?? '', after.text ?? '')} />
      )}
      {children}
    </section>
  )
}

function items({ list, text }: Said): string[] {
  return list ?? (text ? [text] : [])
}

function replaced(before: string, after: string): { kind: 'removed' | 'added'; text: string }[] {
  return [
    { kind: 'removed' as const, text: before },
    { kind: 'added' as const, text: after },
  ].filter(({ text }) => text !== '')
}
