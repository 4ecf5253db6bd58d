import { href } from '#http/routes.ts'
import type { Nearness, Neighbour } from '#modules/commons/search/neighbours.ts'
import { typeName } from '#modules/commons/views/words.ts'
import { useFrame } from '#ui/frame.ts'

const reasons: Nearness[] = ['resemblance', 'content', 'theme', 'place']

/** What lies close to the item, by the reason why. */
export function Neighbours(props: { network: string; neighbours: Neighbour[] }) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  if (props.neighbours.length === 0) return null
  return (
    <section class="neighbours">
      <h2>{t('commons.neighbours')}</h2>
      <div class="columns">
        {reasons
          .map(reason => ({
            reason,
            near: props.neighbours.filter(neighbour => neighbour.reason === reason),
          }))
          .filter(({ near }) => near.length > 0)
          .map(({ reason, near }) => (
            <div key={reason}>
              <h3>{t(`commons.neighbours.${reason}`)}</h3>
              <ul class="plain-list">
                {near.map(({ slug, title, type, language, measure }) => (
                  <li key={slug}>
                    <a
                      href={href('item', { locale, network: props.network, slug })}
                      lang={language ?? undefined}
                    >
                      {title}
                    </a>
                    <small>
                      {typeName(i18n, type)}
                      {reason === 'place' &&
                        measure !== null &&
                        measure >= 0.5 &&
                        ` · ${t('commons.neighbours.km', { km: number(Math.round(measure)) })}`}
                      {reason === 'theme' &&
                        measure !== null &&
                        ` · ${t('commons.neighbours.themes', { count: measure })}`}
                      {reason === 'resemblance' && measure !== null && ` · ${i18n.percent(measure)}`}
                    </small>
                  </li>
                ))}
              </ul>
            </div>
          ))}
      </div>
    </section>
  )
}
