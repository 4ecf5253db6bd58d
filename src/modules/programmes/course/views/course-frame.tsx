import type { ComponentChildren } from 'preact'
import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { weekdayIn, whyWords } from '#modules/programmes/course/views/names.ts'
import type { ProposedMove } from '#modules/programmes/planning/plan.ts'
import type { Capsule, Programme } from '#modules/programmes/programme.ts'
import { TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface CourseProps {
  network: Network
  programme: Programme
  capsules: Capsule[]
  /** Whether the group has heard of it, and hears how it changes. */
  announced: boolean
  form: FormState
}

/** A page on which the course of a programme is changed. */
export function CourseFrame(props: {
  network: Network
  programme: Programme
  title: string
  text?: string
  children: ComponentChildren
}) {
  const { network, programme, title, text } = props
  const { locale } = useFrame().i18n
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('programme', { locale, network: network.slug, programme: programme.id })}>
            {programme.name}
          </a>
        </p>
        <h1>{title}</h1>
        {text && <p class="lede">{text}</p>}
      </header>
      {props.children}
    </NetworkLayout>
  )
}

/** Whoever changes it says which course they have seen: what came back with an error is not newer than that. */
export function Revision({ form, programme }: { form: FormState; programme: Programme }) {
  const seen = form.errors.revision ? undefined : form.values.revision?.[0]
  return (
    <input type="hidden" id="field-revision" name="revision" value={seen ?? String(programme.revision)} />
  )
}

/** Why it changes: the group reads it where it has heard of the programme. */
export function ReasonField({ form, announced }: { form: FormState; announced: boolean }) {
  const { t } = useFrame().i18n
  return (
    <TextField
      name="reason"
      label={t('programme.reason')}
      hint={t(announced ? 'programme.reason.told' : 'programme.reason.kept')}
      state={form}
      maxLength={1000}
    />
  )
}

/** From when to when, and why, step by step. */
export function MoveList({
  moves,
  capsules,
  added = [],
}: {
  moves: ProposedMove[]
  capsules: Capsule[]
  /** What is not there yet, and stands in the way of others. */
  added?: readonly { id: string; title: string }[]
}) {
  const { i18n } = useFrame()
  const { t } = i18n
  const steps = stepTitles(capsules)
  const titles = new Map([...steps, ...added.map(({ id, title }) => [id, title] as const)])
  const shown = moves.filter(({ stepId }) => steps.has(stepId))
  if (shown.length === 0) return <p>{t('programme.nothing-moves')}</p>
  return (
    <ul class="move-list">
      {shown.map(move => (
        <li key={move.stepId}>
          <strong>{steps.get(move.stepId)}</strong>
          <MoveWords move={move} titles={titles} />
        </li>
      ))}
    </ul>
  )
}

export function MoveWords({ move, titles }: { move: ProposedMove; titles: ReadonlyMap<string, string> }) {
  const { i18n } = useFrame()
  return (
    <>
      <small>
        {i18n.t('programme.moved', {
          from: i18n.day(move.from.dueOn),
          to: weekdayIn(i18n, move.dueOn),
        })}
      </small>
      {move.why.map(why => (
        <small key={whyWords(i18n, why, titles)} class="why">
          {whyWords(i18n, why, titles)}
        </small>
      ))}
    </>
  )
}

/** Of each step by its id, with its capsule: many are called alike. */
export function stepTitles(capsules: readonly Capsule[]): Map<string, string> {
  return new Map(
    capsules.flatMap(({ title, steps }) => steps.map(step => [step.id, `${title} – ${step.title}`] as const)),
  )
}

/** Steps and capsules as lists of forms have them. */
export function stepChoices(capsules: readonly Capsule[], today: string): { value: string; label: string }[] {
  return capsules.flatMap(({ title, steps }) =>
    steps
      .filter(({ dueOn }) => dueOn >= today)
      .map(step => ({ value: step.id, label: `${title} – ${step.title}` })),
  )
}
