import { href } from '#http/routes.ts'
import type { OtherAt } from '#modules/afterworks/sections.ts'
import { useFrame } from '#ui/frame.ts'

/** "I would like to meet", or how far one is. */
export function PersonSection(props: {
  network: string
  person: string
  known: { id: string; agreed: boolean } | null
}) {
  const { known } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: props.network }
  return (
    <section aria-labelledby="introduction-title">
      <h2 id="introduction-title" class="visually-hidden">
        {t('introductions.name')}
      </h2>
      <p class="buttons">
        {known ? (
          <a class="button quiet" href={href('introduction', { ...here, introduction: known.id })}>
            {t(known.agreed ? 'introductions.known.agreed' : 'introductions.known.asked')}
          </a>
        ) : (
          <a
            class="button quiet"
            href={href('newIntroduction', here, new URLSearchParams({ person: props.person }))}
          >
            {t('introductions.ask')}
          </a>
        )}
      </p>
    </section>
  )
}

/** Of which series a meeting is an edition; for those who came, what follows. */
export function MeetingSection(props: {
  network: string
  meeting: string
  edition: { slug: string; name: string; number: number }
  inside: boolean
  came: boolean
  met: OtherAt[]
}) {
  const { meeting, edition, inside, came, met } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: props.network }
  return (
    <section class="afterworks" aria-labelledby="afterwork-title">
      <h2 id="afterwork-title">{t('afterworks.edition.of', { number: edition.number })}</h2>
      <p>
        <a href={href('afterworkSeries', { ...here, series: edition.slug })}>{edition.name}</a>
      </p>
      {inside && (
        <p class="no-print">
          <a class={came ? 'button' : undefined} href={href('satisfaction', { ...here, meeting })}>
            {t(came ? 'satisfaction.give' : 'satisfaction.read')}
          </a>
        </p>
      )}
      {met.length > 0 && (
        <details class="no-print">
          <summary>{t('introductions.met')}</summary>
          <p>{t('introductions.met.lede')}</p>
          <ul class="plain-list">
            {met.map(({ personId, name, organisation }) => (
              <li key={personId}>
                <a
                  class="who"
                  href={href('newIntroduction', here, new URLSearchParams({ person: personId, meeting }))}
                >
                  {name}
                </a>
                {organisation && <small>{organisation}</small>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}
