import { href } from '#http/routes.ts'
import { whenWords } from '#modules/programmes/course/views/names.ts'
import type { Step } from '#modules/programmes/programme.ts'
import { drawRope, placeLabels, type RopeDrawing } from '#modules/programmes/progress/rope-drawing.ts'
import type { Knot, RopeSection } from '#modules/programmes/progress/rope-section.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'

/** A collective on its climb, with the table behind the picture. */
export function Rope({ network, section }: { network: { slug: string }; section: RopeSection }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { capsules, knots, next, paused, upToDate } = section
  const here = { locale, network: network.slug, programme: section.programmeId }
  // Those furthest on first, and own ones before others: they stand on the rope itself.
  const drawn = [...knots].sort((a, b) => b.settled - a.settled || Number(b.own) - Number(a.own))
  const named = knots.some(({ organisation }) => organisation !== null)
  return (
    <figure class="climb">
      {[true, false].map(wide => (
        <Picture key={String(wide)} wide={wide} section={section} knots={drawn} />
      ))}
      <ol class="climb-capsules">
        {capsules.map(({ title }, index) => (
          <li key={title} aria-current={next && holds(capsules, index, next.index) ? 'step' : undefined}>
            {title}
          </li>
        ))}
      </ol>
      <figcaption>
        <p>
          {knots.length === 0
            ? t('rope.nobody')
            : t('rope.caption', { count: upToDate, behind: knots.length - upToDate })}
        </p>
        {next && (
          <p>
            {t(paused ? 'rope.next-paused' : isOn(next) ? 'rope.now' : 'rope.next')}{' '}
            <a href={href('programmeStep', { ...here, step: next.step.id })}>{next.step.title}</a>
            {!paused && ` · ${dueWords(i18n, next.step)}`}
          </p>
        )}
        {knots.length > 0 && (
          <ul class="climb-legend" aria-hidden="true">
            <li>
              <i class="climb-key" /> {t('rope.legend.up-to-date')}
            </li>
            <li>
              <i class="climb-key behind" /> {t('rope.legend.behind')}
            </li>
            {knots.some(({ own }) => own) && (
              <li>
                <i
                  class={
                    knots.some(({ own, behind }) => own && behind) ? 'climb-key own behind' : 'climb-key own'
                  }
                />{' '}
                {t('rope.legend.own')}
              </li>
            )}
            {next && (
              <li>
                <i class="climb-key lit" /> {t('rope.legend.next')}
              </li>
            )}
          </ul>
        )}
      </figcaption>
      {knots.length > 0 && (
        <details>
          <summary>{t('rope.table')}</summary>
          {named ? <ByOrganisation section={section} /> : <ByCapsule section={section} />}
        </details>
      )}
    </figure>
  )
}

function Picture({ wide, section, knots }: { wide: boolean; section: RopeSection; knots: readonly Knot[] }) {
  const { capsules, next } = section
  const drawing = drawRope(
    wide ? 720 : 340,
    wide ? 300 : 250,
    capsules.map(({ steps }) => steps),
    knots.map(({ settled }) => settled),
  )
  const lit = next ? drawing.steps[next.index] : undefined
  return (
    <svg
      class={wide ? 'climb-wide' : 'climb-narrow'}
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      aria-hidden="true"
    >
      <path class="climb-hill" d={drawing.hill} />
      <path class="climb-rope" d={drawing.line} />
      {drawing.steps.map(({ x, y }) => (
        <circle key={x} class="climb-step" cx={x} cy={y} r={wide ? 2.6 : 3.4} />
      ))}
      {drawing.camps.map(({ x, y, middle }, index) => (
        <g key={middle} class="climb-camp">
          <path d={`M${x} ${y}v-13l8 4-8 4`} />
          <text x={middle} y={drawing.height - 7} text-anchor="middle">
            {index + 1}
          </text>
        </g>
      ))}
      {lit && <circle class="climb-lit" cx={lit.x} cy={lit.y} r="9" />}
      <Knots drawing={drawing} knots={knots} wide={wide} />
    </svg>
  )
}

function Knots(props: { drawing: RopeDrawing; knots: readonly Knot[]; wide: boolean }) {
  const { drawing, knots, wide } = props
  const placed = knots.map((knot, index) => ({ knot, place: drawing.knots[index] }))
  const own = placed.flatMap(({ knot: { own, organisation }, place }) =>
    own && organisation && place ? [{ name: shortened(organisation.name, wide ? 34 : 22), x: place.x }] : [],
  )
  const places = placeLabels(
    drawing,
    own.map(({ name, x }) => ({ x, width: name.length * 7.4 })),
  )
  const labels = own.flatMap(({ name }, index) => {
    const at = places[index]
    return at ? [{ name, at }] : []
  })
  // Own ones are painted last, above all others.
  const painted = placed.toSorted((a, b) => Number(a.knot.own) - Number(b.knot.own))
  return (
    <>
      {painted.map(({ knot: { organisation, own, behind }, place }, index) => {
        if (!place) return null
        return (
          <g
            key={organisation?.id ?? String(index)}
            class={`climb-knot${behind ? ' behind' : ''}${own ? ' own' : ''}`}
          >
            {organisation && <title>{organisation.name}</title>}
            {own && <circle class="climb-around" cx={place.x} cy={place.y} r="9.5" />}
            <circle cx={place.x} cy={place.y} r={own ? 5.5 : 4.8} />
          </g>
        )
      })}
      {labels.map(({ name, at }) => (
        <g key={name} class="climb-knot own">
          <text x={at.x} y={at.y}>
            {name}
          </text>
        </g>
      ))}
    </>
  )
}

function ByOrganisation({ section }: { section: RopeSection }) {
  const { t } = useFrame().i18n
  const { capsules, knots } = section
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section class="scroll" tabIndex={0} aria-label={t('rope.table.name')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('progress.organisation')}</th>
            {capsules.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {knots.map(knot => (
            <tr key={knot.organisation?.id}>
              <th scope="row">
                {knot.own ? <strong>{knot.organisation?.name}</strong> : knot.organisation?.name}
              </th>
              {knot.capsules.map(({ done, of, behind, before }, index) => (
                <td key={index} class={behind > 0 ? 'late' : undefined}>
                  {of > 0 && t('rope.steps-of', { done, of })}
                  {behind > 0 && <small> {t('rope.steps-behind', { count: behind })}</small>}
                  {before > 0 && <small class="before"> {t('rope.steps-before', { count: before })}</small>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function ByCapsule({ section }: { section: RopeSection }) {
  const { t } = useFrame().i18n
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('programme.capsule')}</th>
          <th scope="col">{t('rope.steps-done')}</th>
        </tr>
      </thead>
      <tbody>
        {section.capsules.map(({ title, done, of }) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            <td>{t('rope.steps-of', { done, of })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A meeting comes next until its day is over. */
function isOn({ step, open }: NonNullable<RopeSection['next']>): boolean {
  return open && step.mode === 'own_work'
}

function dueWords(i18n: I18n, step: Step): string {
  return step.mode === 'own_work'
    ? i18n.t('rope.until', { day: i18n.day(step.dueOn) })
    : whenWords(i18n, step)
}

function holds(capsules: RopeSection['capsules'], capsule: number, step: number): boolean {
  const before = capsules.slice(0, capsule).reduce((sum, { steps }) => sum + steps, 0)
  return step >= before && step < before + (capsules[capsule]?.steps ?? 0)
}

function shortened(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name
}
