import type { AnswerKind, Option } from '#modules/commons/templates/template.ts'
import type { ShownAnswer } from '#modules/commons/writing/shown-page.ts'
import { fieldId, useHand } from '#modules/commons/writing/views/hand.ts'
import { ListControl } from '#modules/commons/writing/views/list-control.tsx'
import { PlaceControl } from '#modules/commons/writing/views/place-control.tsx'
import { Several, wrong } from '#modules/commons/writing/views/several.tsx'
import { sdgs } from '#reference/sdgs.ts'
import { useFrame } from '#ui/frame.ts'

type KindOf<Name extends AnswerKind['kind']> = Extract<AnswerKind, { kind: Name }>

interface ControlProps<Kind extends AnswerKind = AnswerKind> {
  answer: ShownAnswer
  kind: Kind
  /** Ids of what explains the field. */
  by: string | undefined
}

/** Kinds that are answered in one field, which the question is the label of. */
export function isOneField({ kind }: AnswerKind): boolean {
  return kind === 'text' || kind === 'rich' || kind === 'number' || kind === 'date'
}

/** The field or fields of an answer, by its kind. */
export function Control({ answer, by }: { answer: ShownAnswer; by: string | undefined }) {
  const kind = answer.question.answer
  switch (kind.kind) {
    case 'text':
      return <Line answer={answer} kind={kind} by={by} />
    case 'rich':
      return <Prose answer={answer} kind={kind} by={by} />
    case 'number':
      return <Figure answer={answer} kind={kind} by={by} />
    case 'date':
      return <Day answer={answer} by={by} />
    case 'choice':
      return <Choice answer={answer} kind={kind} by={by} />
    case 'scale':
      return <Scale answer={answer} kind={kind} by={by} />
    case 'shares':
      return <Shares answer={answer} kind={kind} by={by} />
    case 'place':
      return <PlaceControl answer={answer} by={by} />
    case 'sdgs':
      return <Goals answer={answer} by={by} />
    case 'group':
      return null
    default:
      return <ListControl answer={answer} kind={kind} by={by} />
  }
}

function Line({ answer, kind, by }: ControlProps<KindOf<'text'>>) {
  return (
    <textarea
      class="line"
      id={fieldId(answer.path)}
      name={answer.path}
      rows={1}
      // Longer is refused, not cut: what was pasted is not to be lost without a word.
      data-most={kind.most}
      {...wrong(answer, by)}
    >
      {first(answer)}
    </textarea>
  )
}

function Prose({ answer, kind, by }: ControlProps<KindOf<'rich'>>) {
  return (
    <textarea
      class="prose"
      id={fieldId(answer.path)}
      name={answer.path}
      rows={3}
      data-most={kind.most}
      {...wrong(answer, by)}
    >
      {/* The first line end of a text area is not part of it. */}
      {`\n${first(answer)}`}
    </textarea>
  )
}

function Figure({ answer, kind, by }: ControlProps<KindOf<'number'>>) {
  const { toWriter } = useHand()
  const unit = toWriter(kind.unit)
  return (
    <span class="figure">
      {/* Not of the type number: browsers send nothing of what they cannot read there. */}
      <input
        type="text"
        inputmode={(kind.least ?? -1) < 0 ? 'text' : 'decimal'}
        id={fieldId(answer.path)}
        name={answer.path}
        value={first(answer)}
        {...wrong(answer, by)}
      />
      {unit && <span>{unit}</span>}
    </span>
  )
}

function Day({ answer, by }: Omit<ControlProps, 'kind'>) {
  const text = first(answer)
  return (
    <input
      {...({ type: text === '' || /^\d{4}-\d{2}-\d{2}$/.test(text) ? 'date' : 'text' } as { type: 'date' })}
      id={fieldId(answer.path)}
      name={answer.path}
      value={text}
      {...wrong(answer, by)}
    />
  )
}

function Choice({ answer, kind, by }: ControlProps<KindOf<'choice'>>) {
  const { t } = useFrame().i18n
  const { ofPage } = useHand()
  const chosen = all(answer)
  const others = chosen.filter(key => !kind.options.some(option => option.key === key))
  const type = { type: kind.many ? 'checkbox' : 'radio' } as { type: 'radio' }
  return (
    <Several answer={answer} by={by} cls="options">
      {[
        ...kind.options.map(option => [option.key, ofPage(option.label)]),
        ...others.map(one => [one, one]),
      ].map(([key = '', label]) => (
        <label key={key} class="option">
          <input {...type} name={answer.path} value={key} checked={chosen.includes(key)} />
          <span>{label}</span>
        </label>
      ))}
      {!kind.many && (
        <label class="option none">
          <input type="radio" name={answer.path} value="" checked={chosen.length === 0} />
          <span>{t('writing.choice.none')}</span>
        </label>
      )}
    </Several>
  )
}

function Scale({ answer, kind, by }: ControlProps<KindOf<'scale'>>) {
  const { t } = useFrame().i18n
  const { toWriter } = useHand()
  const chosen = first(answer)
  const [low, high] = [toWriter(kind.low), toWriter(kind.high)]
  const steps = Array.from({ length: Math.min(kind.to - kind.from + 1, 101) }, (_, step) => kind.from + step)
  return (
    <Several answer={answer} by={by} cls="scale">
      {low && <span class="end">{low}</span>}
      {steps.map(step => (
        <label key={step}>
          <input type="radio" name={answer.path} value={String(step)} checked={chosen === String(step)} />
          <span>{step}</span>
        </label>
      ))}
      {high && <span class="end">{high}</span>}
      <label class="none">
        <input type="radio" name={answer.path} value="" checked={chosen === ''} />
        <span>{t('writing.choice.none')}</span>
      </label>
    </Several>
  )
}

function Shares({ answer, kind, by }: ControlProps<KindOf<'shares'>>) {
  const { t, number } = useFrame().i18n
  const { ofPage } = useHand()
  const { value } = answer
  const shares = value !== null && typeof value === 'object' && 'shares' in value ? value.shares : {}
  const sum = Object.values(shares).reduce((total, one) => total + one, 0)
  const field = (part: Option) => `${answer.path}.${part.key}`
  return (
    <Several answer={answer} by={by} cls="shares">
      {kind.parts.map(part => (
        <label key={part.key}>
          <span>{ofPage(part.label)}</span>
          <span class="figure">
            <input
              type="text"
              inputmode="decimal"
              name={field(part)}
              value={answer.fields[field(part)]?.[0] ?? ''}
            />
            <span>%</span>
          </span>
        </label>
      ))}
      {Object.keys(shares).length > 0 && (
        <p class={Math.abs(sum - 100) < 0.01 ? 'sum' : 'sum off'} data-sum>
          {t('writing.shares.sum', { sum: number(sum) })}{' '}
          {Math.abs(sum - 100) >= 0.01 &&
            t(sum > 100 ? 'writing.shares.over' : 'writing.shares.off', {
              rest: number(Math.abs(100 - sum)),
            })}
        </p>
      )}
    </Several>
  )
}

function Goals({ answer, by }: Omit<ControlProps, 'kind'>) {
  const { locale } = useFrame().i18n
  const chosen = all(answer)
  return (
    <Several answer={answer} by={by} cls="goals">
      {sdgs.map(goal => (
        <label key={goal.number}>
          <input
            type="checkbox"
            name={answer.path}
            value={String(goal.number)}
            checked={chosen.includes(String(goal.number))}
          />
          <span>
            <b>{goal.number}</b> {goal.names[locale]}
          </span>
        </label>
      ))}
    </Several>
  )
}

function first(answer: ShownAnswer): string {
  return answer.fields[answer.path]?.[0] ?? ''
}

function all(answer: ShownAnswer): readonly string[] {
  return answer.fields[answer.path] ?? []
}
