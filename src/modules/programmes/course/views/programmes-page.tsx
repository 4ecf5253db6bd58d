import { href } from '#http/routes.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import type { ListedProgramme, ProgrammesQuery } from '#modules/programmes/course/listing.ts'
import { stateNames, weekdayIn } from '#modules/programmes/course/views/names.ts'
import { ComparisonLink } from '#modules/programmes/progress/views/home-card.tsx'
import { useFrame } from '#ui/frame.ts'

const states = ['running', 'paused', 'ended'] as const

export function ProgrammesPage(props: {
  network: Network
  programmes: ListedProgramme[]
  next: string | null
  groups: { id: string; slug: string; name: string }[]
  query: ProgrammesQuery
  mayMake: boolean
  /** How many networks that belong to this one share theirs. */
  comparedNetworks: number
}) {
  const { network, programmes, groups, query, mayMake } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const group = groups.find(({ id }) => id === query.groupId)
  const address = (state: string | undefined, slug: string | undefined) => {
    const wanted = new URLSearchParams({ ...(state && { state }), ...(slug && { group: slug }) })
    return href('programmes', here, wanted)
  }
  return (
    <NetworkLayout of={network} title={t('programmes.name')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('groups', here)}>{t('groups.name')}</a>
        </p>
        <h1>{t('programmes.name')}</h1>
        <p class="lede">{t('programmes.lede')}</p>
      </header>
      <nav class="tags chosen" aria-label={t('programmes.filter')}>
        {[undefined, ...states].map(state => (
          <a
            key={state ?? ''}
            class={state === query.state ? 'tag on' : 'tag'}
            aria-current={state === query.state ? 'true' : undefined}
            href={address(state, group?.slug)}
          >
            {state ? capitalised(t(stateNames[state])) : t('programmes.all')}
          </a>
        ))}
        {groups.length > 1 &&
          groups.map(one => (
            <a
              key={one.id}
              class={one === group ? 'tag on' : 'tag'}
              aria-current={one === group ? 'true' : undefined}
              href={address(query.state, one === group ? undefined : one.slug)}
            >
              {one.name}
            </a>
          ))}
      </nav>
      {programmes.length === 0 && <p>{mayMake ? t('programmes.empty.start') : t('programmes.empty')}</p>}
      <ProgrammeList network={network} programmes={programmes} showGroup />
      <MoreLink next={props.next} />
      <ComparisonLink network={network} networks={props.comparedNetworks} />
      {mayMake && (
        <p class="buttons">
          <a class="button" href={href('newProgramme', here)}>
            {t('programme.new')}
          </a>
        </p>
      )}
    </NetworkLayout>
  )
}

/** Each with where it is, and its next step. */
export function ProgrammeList(props: {
  network: { slug: string }
  programmes: ListedProgramme[]
  showGroup?: boolean
}) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: props.network.slug }
  if (props.programmes.length === 0) return null
  return (
    <ul class="programme-list">
      {props.programmes.map(({ id, name, group, state, steps, next, startsOn, endsOn }) => (
        <li key={id}>
          <a class="who" href={href('programme', { ...here, programme: id })}>
            {name}
          </a>
          <small>
            {props.showGroup && `${group.name} · `}
            {t('programme.span', { from: i18n.day(startsOn), until: i18n.day(endsOn) })}
            {state !== 'running' && ` · ${t(stateNames[state])}`}
          </small>
          <progress max={Math.max(1, steps.all)} value={steps.over} aria-hidden="true" />
          <small>{t('programme.steps-over', { over: steps.over, all: steps.all })}</small>
          {next && state === 'running' && (
            <p>
              {t('programme.next')}{' '}
              <a href={href('programmeStep', { ...here, programme: id, step: next.id })}>
                {next.capsule} – {next.title}
              </a>
              <small>
                {next.mode === 'own_work'
                  ? t('programme.due', { day: weekdayIn(i18n, next.dueOn) })
                  : weekdayIn(i18n, next.dueOn)}
              </small>
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

/** On the page of a group. */
export function ProgrammesSection(props: {
  network: { slug: string }
  group: string
  programmes: ListedProgramme[]
  mayMake: boolean
}) {
  const { network, group, programmes, mayMake } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const ofGroup = new URLSearchParams({ group })
  return (
    <section class="programmes" aria-labelledby="programmes-title">
      <h2 id="programmes-title">{t('programmes.name')}</h2>
      {programmes.length === 0 && <p>{t('programmes.empty.group')}</p>}
      <ProgrammeList network={network} programmes={programmes} />
      <div class="actions">
        {programmes.length > 0 && <a href={href('programmes', here, ofGroup)}>{t('programmes.of-group')}</a>}
        {mayMake && <a href={href('newProgramme', here, ofGroup)}>{t('programme.new')}</a>}
      </div>
    </section>
  )
}

/** By itself, and not in a sentence. */
function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
