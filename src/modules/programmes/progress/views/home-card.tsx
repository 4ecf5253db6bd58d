import { href } from '#http/routes.ts'
import type { OwnProgramme } from '#modules/programmes/progress/home-section.ts'
import { useFrame } from '#ui/frame.ts'

/** The reader's programmes with their next steps, and the way to those of affiliated networks. */
export function HomeCard(props: { network: { slug: string }; own: OwnProgramme[]; networks: number }) {
  const { network, own, networks } = props
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <section class="home-programmes" aria-labelledby="home-programmes-title">
      <h2 id="home-programmes-title">
        {own.length > 0 ? t('programmes.home', { count: own.length }) : t('programmes.name')}
      </h2>
      {own.map(({ id, name, paused, over, all, next }) => (
        <article key={id}>
          <h3>
            <a href={href('programme', { ...here, programme: id })}>{name}</a>
          </h3>
          {next && (
            <p>
              {t(paused ? 'rope.next-paused' : 'rope.next')}{' '}
              <a href={href('programmeStep', { ...here, programme: id, step: next.id })}>{next.title}</a>
              <small>
                {' '}
                {next.capsule}
                {!paused && ` · ${t('waiting.until', { day: day(next.dueOn) })}`}
              </small>
            </p>
          )}
          <p>
            <progress max={Math.max(1, all)} value={over} aria-hidden="true" />{' '}
            <small>{t('programme.steps-over', { over, all })}</small>
          </p>
        </article>
      ))}
      <ComparisonLink network={network} networks={networks} />
    </section>
  )
}

/** @param props.networks as `comparedNetworks` counts them */
export function ComparisonLink({ network, networks }: { network: { slug: string }; networks: number }) {
  const { t, locale } = useFrame().i18n
  if (networks === 0) return null
  return (
    <p class="no-print">
      <a href={href('programmeComparison', { locale, network: network.slug })}>
        {t('comparison.networks', { count: networks })}
      </a>
    </p>
  )
}
