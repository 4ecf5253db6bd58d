import type { ComponentChildren } from 'preact'
import type { Effort } from '#modules/commons/history/alignment.ts'
import { differences, folded, listDifferences, type Piece } from '#modules/commons/history/differences.ts'
import { byRow, rowOf } from '#modules/commons/history/rows.ts'
import type { AnswerDifference } from '#modules/commons/history/states.ts'
import { innerName, isText, questionName, type Said, said } from '#modules/commons/history/value-words.ts'
import { DifferenceList, DifferenceText } from '#modules/commons/history/views/difference-text.tsx'
import { repeatedAt, rowsIn } from '#modules/commons/templates/questions.ts'
import type { Path, Template } from '#modules/commons/templates/template.ts'
import { useFrame } from '#ui/frame.ts'

interface Told {
  template: Template
  /** In which the questions are asked. */
  language: string
  /** What the rows of groups are called, by their paths. */
  rows: ReadonlyMap<Path, string>
  /** For all answers of a page together. */
  effort: Effort
}

/** What became of the answers of a page, in words; those of one row of a group together. */
export function AnswerDifferences({
  answers,
  below,
  ...told
}: Told & {
  answers: readonly AnswerDifference[]
  /** What stands below an answer or a row, by the path of it, and all the answers told there. */
  below?: (path: Path, answers: readonly AnswerDifference[]) => ComponentChildren
}) {
  const { template, language, rows } = told
  return (
    <>
      {[...byRow(answers)].map(([path, together]) => {
        const place = rowOf(together[0]?.path ?? '')
        return (
          <section key={path} class="answer-difference">
            <h2 lang={language}>
              {questionName(template, place?.of ?? path, language)}
              {place && ` › ${rows.get(place.row) ?? ''}`}
            </h2>
            {inOrder(template, together).map(answer => (
              <div key={answer.path}>
                {place && <h3 lang={language}>{innerName(template, answer.path, language)}</h3>}
                <Difference {...told} answer={answer} />
              </div>
            ))}
            {below?.(path, together)}
          </section>
        )
      })}
    </>
  )
}

/** The answers of a row as they are asked. */
function inOrder(template: Template, answers: readonly AnswerDifference[]): AnswerDifference[] {
  const questions = repeatedAt(template, rowOf(answers[0]?.path ?? '')?.of ?? '') ?? []
  const place = ({ path }: AnswerDifference) =>
    questions.findIndex(({ key }) => key === path.split('/').at(-1))
  return [...answers].sort((a, b) => place(a) - place(b))
}

function Difference({ template, language, rows, effort, answer }: Told & { answer: AnswerDifference }) {
  const { i18n } = useFrame()
  const { path } = answer
  if (repeatedAt(template, path)) return <DifferenceList pieces={rowDifferences(answer, rows)} />
  const [before, after] = [answer.before, answer.after].map(value =>
    said(i18n, template, path, value, language),
  ) as [Said, Said]
  if (before.list || after.list)
    return <DifferenceList pieces={listDifferences(items(before), items(after))} />
  if (!isText(template, path))
    return <DifferenceList pieces={replaced(before.text ?? '', after.text ?? '')} />
  return (
    <DifferenceText
      pieces={folded(differences(before.text ?? '', after.text ?? '', effort))}
      language={language}
      longestFold={Number.POSITIVE_INFINITY}
    />
  )
}

/** Which rows there are: told by their keys, since two may be called the same. */
function rowDifferences({ path, before, after }: AnswerDifference, rows: Told['rows']): Piece[] {
  const [was, is] = [rowsIn(before ?? undefined), rowsIn(after ?? undefined)]
  const text = (key: string) => rows.get(`${path}/${key}`) ?? key
  return [
    ...is.map(key => ({ kind: was.includes(key) ? ('same' as const) : ('added' as const), text: text(key) })),
    ...was.filter(key => !is.includes(key)).map(key => ({ kind: 'removed' as const, text: text(key) })),
  ]
}

function items({ list, text }: Said): string[] {
  return list ?? (text ? [text] : [])
}

function replaced(before: string, after: string): Piece[] {
  return [
    { kind: 'removed' as const, text: before },
    { kind: 'added' as const, text: after },
  ].filter(({ text }) => text !== '')
}
