import { href } from '#http/routes.ts'
import type { AskedBy, LapsingSeries, OpinionToGive, OtherAt } from '#modules/afterworks/sections.ts'
import { useFrame } from '#ui/frame.ts'

/** What of afterworks waits for the reader. */
export function HomeSection(props: {
  network: string
  lapsing: LapsingSeries[]
  asked: AskedBy[]
  opinions: OpinionToGive[]
}) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: props.network }
  return (
    <section class="afterworks" aria-labelledby="afterworks-title">
      <h2 id="afterworks-title">{t('afterworks.home')}</h2>
      <ul class="plain-list awaited">
        {props.asked.map(({ id, name, organisation }) => (
          <li key={id}>
            <a href={href('introduction', { ...here, introduction: id })}>
              {t('introductions.awaited', { name })}
            </a>
            {organisation && <small>{organisation}</small>}
          </li>
        ))}
        {props.lapsing.map(({ slug, name, confirmBy }) => (
          <li key={slug}>
            <a href={href('afterworkSeries', { ...here, series: slug })}>
              {t('afterworks.lapsing-soon', { name })}
            </a>
            <small>{t('afterworks.lapsing-soon.by', { day: i18n.day(confirmBy) })}</small>
          </li>
        ))}
        {props.opinions.map(({ meetingId, title }) => (
          <li key={meetingId}>
            <a href={href('satisfaction', { ...here, meeting: meetingId })}>{t('satisfaction.give')}</a>
            <small>{title}</small>
          </li>
        ))}
      </ul>
      <div class="actions">
        <a href={href('afterworks', here)}>{t('afterworks.all')}</a>
      </div>
    </section>
  )
}

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
