import type { ComponentChildren } from 'preact'
import { CommentLink } from '#modules/commons/discussion/views/threads-aside.tsx'
import { questionsIn } from '#modules/commons/templates/conditions.ts'
import { titlePath } from '#modules/commons/templates/questions.ts'
import type { Condition } from '#modules/commons/templates/template.ts'
import type { ShownAnswer, ShownRows } from '#modules/commons/writing/shown-page.ts'
import { Control, isOneField } from '#modules/commons/writing/views/controls.tsx'
import { answerId, fieldId, useHand } from '#modules/commons/writing/views/hand.ts'
import { ValueText } from '#modules/commons/writing/views/value-text.tsx'
import { problemText, requiredNames } from '#modules/commons/writing/views/words.ts'
import { useFrame } from '#ui/frame.ts'

/** A question where the page has it, with its answer to be written. */
export function Answer({ answer, askedBy }: { answer: ShownAnswer; askedBy: (key: string) => string }) {
  const { t } = useFrame().i18n
  const { ofPage } = useHand()
  const { question, path, isAsked } = answer
  const body = <AnswerBody answer={answer} askedBy={askedBy} />
  if (isAsked) return body
  // What is not asked keeps its answer: it is folded, not gone.
  return (
    <details class="unasked">
      <summary>
        <span class="question">{ofPage(question.ask) || ofPage(question.label)}</span>{' '}
        <small>
          {question.when && t('writing.unasked', { on: reasons(question.when).map(askedBy).join(', ') })}
        </small>
      </summary>
      {/* Its own heading is above already. */}
      <div id={`unasked-${path}`}>{body}</div>
    </details>
  )
}

function AnswerBody({ answer, askedBy }: { answer: ShownAnswer; askedBy: (key: string) => string }) {
  const { path, question, rows } = answer
  const id = fieldId(path)
  const { toWriter } = useHand()
  const help = toWriter(question.help)
  const by = [
    (answer.isNeeded || question.required) && `${id}-needed`,
    answer.problem && `${id}-problem`,
    answer.conflict && `${id}-conflict`,
  ]
    .filter(Boolean)
    .join(' ')
  return (
    <div
      class="answer"
      id={answerId(path)}
      data-path={path}
      data-kind={question.answer.kind}
      data-revision={answer.revision}
      data-when={question.when && JSON.stringify(question.when)}
      data-wrong={answer.problem || answer.conflict ? true : undefined}
    >
      <Asked answer={answer} />
      <Required answer={answer} />
      {help && (
        <details class="help">
          <summary>{useFrame().i18n.t('writing.help')}</summary>
          <p>{help}</p>
        </details>
      )}
      <Trouble answer={answer} />
      {question.answer.kind !== 'group' && <input type="hidden" name={`${path}.seen`} value={answer.seen} />}
      {question.answer.kind !== 'group' && <Written answer={answer} />}
      <Control answer={answer} by={by || undefined} />
      {rows && <Rows rows={rows} askedBy={askedBy} name={toWriter(question.label) || null} />}
      <Said answer={answer} />
    </div>
  )
}

/** The way to say something of an answer, where there is one, or something was said. */
function Said({ answer: { path, value, rows } }: { answer: ShownAnswer }) {
  const { discussion: said } = useHand()
  if (!said) return null
  const answered = value !== null && rows === null
  return answered || said.discussion.threads.some(thread => thread.path === path) ? (
    <CommentLink {...said} path={path} />
  ) : null
}

function Asked({ answer }: { answer: ShownAnswer }) {
  const { t } = useFrame().i18n
  const { ofPage } = useHand()
  const { question, path } = answer
  const id = fieldId(path)
  // The unnamed question of a group has nothing to show, and its field a name all the same.
  const text =
    ofPage(question.ask) ||
    ofPage(question.label) ||
    t(path === titlePath ? 'writing.title.label' : 'writing.text')
  const label = isOneField(question.answer) ? <label for={id}>{text}</label> : text
  if (path === titlePath)
    return (
      <h1 class="question" id={`${id}-question`}>
        {label}
      </h1>
    )
  return (
    <h3 class="question" id={`${id}-question`}>
      {label}
    </h3>
  )
}

function Required({ answer }: { answer: ShownAnswer }) {
  const { t } = useFrame().i18n
  const { required } = answer.question
  if (!required) return null
  return (
    <p class={answer.isNeeded ? 'needed' : 'needed met'} id={`${fieldId(answer.path)}-needed`}>
      <small>{t(requiredNames[required])}</small>
    </p>
  )
}

/** What stands in the way of what was typed: it comes back, with what is to be done. */
function Trouble({ answer }: { answer: ShownAnswer }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const { path, problem, conflict, question } = answer
  const id = fieldId(path)
  return (
    <>
      {problem && (
        <p class="error" id={`${id}-problem`}>
          {problemText(i18n, problem)}
        </p>
      )}
      {conflict && (
        <div class="conflict" id={`${id}-conflict`}>
          <p>{conflict.by ? t('writing.conflict.by', { name: conflict.by }) : t('writing.conflict')}</p>
          <blockquote>
            <ValueText kind={question.answer} value={conflict.theirs} />
          </blockquote>
          <p>{t('writing.conflict.mend')}</p>
          <p class="buttons">
            <button type="submit" class="button quiet" name="theirs" value={path}>
              {t('writing.conflict.theirs')}
            </button>
            <button type="submit" class="button quiet" name="act" value="save">
              {t('writing.conflict.mine')}
            </button>
          </p>
        </div>
      )}
    </>
  )
}

/** An answer in words that the field cannot hold: they stay until the field says it, or somebody takes them out. */
function Written({ answer }: { answer: ShownAnswer }) {
  const { t } = useFrame().i18n
  const name = `${answer.path}.written`
  const words = answer.fields[name]?.[0]
  if (words === undefined || words === '') return null
  return (
    <label class="written">
      <span>{t('writing.written')}</span>
      <textarea class="prose" name={name} rows={1}>
        {`\n${words}`}
      </textarea>
    </label>
  )
}

/** The same questions again and again, a row each. Without a script, each button sends the form and comes back here. */
export function Rows(props: { rows: ShownRows; askedBy: (key: string) => string; name: string | null }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const { rows, askedBy } = props
  const id = fieldId(rows.path)
  return (
    <div class="rows" id={`${id}-rows`} data-rows={rows.path} data-revision={rows.revision}>
      <input type="hidden" name={`${rows.path}.seen`} value={rows.seen} />
      {rows.problem && (
        <p class="error" id={`${id}-problem`}>
          {problemText(i18n, rows.problem)}
        </p>
      )}
      {rows.rows.map((row, index) => (
        <fieldset key={row.key} class="row" id={answerId(row.path)} data-row={row.key}>
          <legend>
            {props.name ? `${props.name} · ${index + 1}` : t('writing.row', { number: index + 1 })}
          </legend>
          <input type="hidden" name={rows.path} value={row.key} />
          {row.saved && <input type="hidden" name={`${rows.path}.rows`} value={row.key} />}
          {row.answers.map(answer => (
            <Answer key={answer.path} answer={answer} askedBy={askedBy} />
          ))}
          <p class="row-acts">
            {index > 0 && (
              <Act act={`up:${row.path}`} label={t('writing.row.up', { number: index + 1 })}>
                <span aria-hidden="true">↑</span> {t('writing.row.up.short')}
              </Act>
            )}
            {index < rows.rows.length - 1 && (
              <Act act={`down:${row.path}`} label={t('writing.row.down', { number: index + 1 })}>
                <span aria-hidden="true">↓</span> {t('writing.row.down.short')}
              </Act>
            )}
            {row.saved && (
              <Act act={`remove:${row.path}`} label={t('writing.row.remove', { number: index + 1 })}>
                {t('writing.row.remove.short')}
              </Act>
            )}
          </p>
        </fieldset>
      ))}
      {(rows.most === null || rows.rows.length < rows.most) && (
        <p>
          <button type="submit" class="button quiet" name="act" value={`add:${rows.path}`}>
            {props.name ? t('writing.row.add.of', { name: props.name }) : t('writing.row.add')}
          </button>
        </p>
      )}
    </div>
  )
}

function Act({ act, label, children }: { act: string; label: string; children: ComponentChildren }) {
  return (
    <button type="submit" class="act" name="act" value={act} aria-label={label} title={label}>
      {children}
    </button>
  )
}

function reasons(condition: Condition): string[] {
  return [...new Set(questionsIn(condition))]
}
