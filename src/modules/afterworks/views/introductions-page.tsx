import { policies, rank } from '#http/policies.ts'
import { href } from '#http/routes.ts'
import type { Introduction } from '#modules/afterworks/introductions.ts'
import { introductionStateNames, stageNames } from '#modules/afterworks/views/names.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** One's own introductions: what waits for one's answer first. */
export function IntroductionsPage(props: {
  network: Network
  personId: string | null
  waiting: Introduction[]
  introductions: Introduction[]
  next: string | null
}) {
  const { network, personId, waiting, introductions, next } = props
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('introductions.name')} noIndex>
      <div class="afterworks">
        <h1>{t('introductions.name')}</h1>
        <p class="lede">{t('introductions.lede')}</p>
        {place && rank(place.role) >= rank(policies['afterworks:run'].least) && (
          <p class="buttons">
            <a class="button quiet" href={href('agreedIntroductions', here)}>
              {t('introductions.agreed')}
            </a>
            <a class="button quiet" href={href('jointProjects', here)}>
              {t('introductions.projects')}
            </a>
          </p>
        )}
        {waiting.length + introductions.length === 0 && (
          <p>
            {t('introductions.none')} <a href={href('members', here)}>{t('introductions.none.members')}</a>
          </p>
        )}
        {waiting.length > 0 && (
          <section>
            <h2>{t('introductions.waiting')}</h2>
            <Rows introductions={waiting} personId={personId} network={network.slug} />
          </section>
        )}
        {introductions.length > 0 && (
          <section>
            {waiting.length > 0 && <h2>{t('introductions.others')}</h2>}
            <Rows introductions={introductions} personId={personId} network={network.slug} />
          </section>
        )}
        <MoreLink next={next} />
      </div>
    </NetworkLayout>
  )
}

function Rows(props: { introductions: Introduction[]; personId: string | null; network: string }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  return (
    <ul class="plain-list">
      {props.introductions.map(one => {
        const other = one.asker.personId === props.personId ? one.asked : one.asker
        return (
          <li key={one.id}>
            <a
              class="who"
              href={href('introduction', { locale, network: props.network, introduction: one.id })}
            >
              {other.name ?? t('introductions.somebody')}
            </a>
            <small>
              {[
                other.organisation ?? '',
                one.state === 'agreed' ? t(stageNames[one.stage]) : t(introductionStateNames[one.state]),
                one.title,
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </li>
        )
      })}
    </ul>
  )
}
