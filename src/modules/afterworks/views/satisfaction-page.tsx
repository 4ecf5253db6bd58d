import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Opinion, OwnOpinion, Satisfaction } from '#modules/afterworks/satisfaction.ts'
import { type Rating, ratingNames, ratings } from '#modules/afterworks/views/names.ts'
import { OpinionForm } from '#modules/afterworks/views/opinion-form.tsx'
import type { Meeting } from '#modules/meetings/index.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

interface SatisfactionPageProps {
  network: Network
  meeting: Meeting
  /** Of which series it is an edition. */
  series: { slug: string; name: string; theme: string } | null
  sums: Satisfaction
  own: OwnOpinion
  /** For those who run the meeting. */
  opinions: Opinion[] | null
  form: FormState
}

/** What those who came thought of it: the form for them, sums for all, and who wrote what for those who run it. */
export function SatisfactionPage(props: SatisfactionPageProps) {
  const { network, meeting, series, sums, own, opinions, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const title = t('satisfaction.title', { meeting: meeting.title })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <article class="afterworks">
        <p class="crumbs">
          {series && (
            <>
              <a href={href('afterworkSeries', { ...here, series: series.slug })}>{series.name}</a> ·{' '}
            </>
          )}
          {/* The title of an edition begins with that of its series. */}
          <a href={href('meeting', { ...here, meeting: meeting.id })}>{series?.theme || meeting.title}</a>
        </p>
        <h1>{t('satisfaction.name')}</h1>
        {own.came ? (
          <OpinionForm
            action={href('satisfaction', { ...here, meeting: meeting.id })}
            own={own}
            form={form}
          />
        ) : (
          <p>{t('satisfaction.absent')}</p>
        )}
        <Sums sums={sums} />
        {opinions && opinions.length > 0 && <Opinions opinions={opinions} timeZone={network.timeZone} />}
      </article>
    </NetworkLayout>
  )
}

function Sums({ sums }: { sums: Satisfaction }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const { answers, present, mean, again } = sums
  if (mean === null)
    return (
      <section>
        <h2>{t('satisfaction.sums')}</h2>
        <p>{t('satisfaction.none')}</p>
      </section>
    )
  return (
    <section>
      <h2>{t('satisfaction.sums')}</h2>
      <p>{t('satisfaction.answers', { answers, present })}</p>
      <p>
        <strong>{t('satisfaction.mean', { mean: i18n.number(Math.round(mean * 10) / 10) })}</strong>
        {again.yes + again.no > 0 &&
          ` · ${t('satisfaction.would', { yes: again.yes, of: again.yes + again.no })}`}
      </p>
      <dl class="ratings">
        {ratings.map(rating => {
          const count = sums.ratings[rating - 1] ?? 0
          return (
            <div key={rating}>
              <dt>{t(ratingNames[rating])}</dt>
              <dd>
                <meter min={0} max={answers} value={count} aria-hidden="true" /> {i18n.number(count)}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}

function Opinions({ opinions, timeZone }: { opinions: Opinion[]; timeZone: string }) {
  const { i18n } = useFrame()
  const { t } = i18n
  return (
    <section>
      <h2>{t('satisfaction.opinions')}</h2>
      <p>{t('satisfaction.opinions.lede')}</p>
      <ul class="plain-list">
        {opinions.map(({ name, organisation, rating, liked, better, at }, index) => (
          <li key={index}>
            <strong>{name || t('introductions.somebody')}</strong>
            <small>
              {[organisation ?? '', t(ratingNames[ratingOf(rating)]), i18n.day(at, timeZone)]
                .filter(Boolean)
                .join(' · ')}
            </small>
            {liked && <p>{t('satisfaction.said.liked', { text: liked })}</p>}
            {better && <p>{t('satisfaction.said.better', { text: better })}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function ratingOf(rating: number): Rating {
  return ratings.find(one => one === rating) ?? 3
}
