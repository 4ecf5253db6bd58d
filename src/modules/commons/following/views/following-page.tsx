import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import { splitFacet } from '#modules/commons/facets.ts'
import { type Following, longestName } from '#modules/commons/following/following.ts'
import type { NewsItem } from '#modules/commons/following/news.ts'
import {
  cadenceNames,
  followedKinds,
  followingName,
} from '#modules/commons/following/views/following-words.ts'
import { emptyQuery, writeQuery } from '#modules/commons/search/query.ts'
import { typeset } from '#modules/commons/views/typography.ts'
import { facetLabel, typeName, writtenIn } from '#modules/commons/views/words.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { cadences } from '#platform/mail/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface FollowingPageProps {
  network: Network
  news: NewsItem[]
  next: string | null
  /** The latest news are shown. */
  first: boolean
  followings: Following[]
  /** What came later is new. */
  seenUntil: Date
  feedSince: Date | null
  /** The address just made: shown this once. */
  feedAddress: string | null
  /** All mail of this kind is turned off. */
  silenced: boolean
  /** What was sent and is wrong: of one following, or (id null) of what was to be followed. */
  wrong: { id: string | null; form: FormState } | null
}

/** With more news than these, what one follows lies far below. */
const shownBefore = 3

export function FollowingPage(props: FollowingPageProps) {
  const { t, locale } = useFrame().i18n
  const { network, followings, wrong } = props
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('following.name')} noIndex>
      <header>
        <h1>{t('following.name')}</h1>
        <p class="lede">{t('following.lede')}</p>
        {props.first && props.news.length > shownBefore && (
          <p class="no-print">
            <a href="#followings">{t('following.to-mine', { count: followings.length })}</a>
          </p>
        )}
        {wrong?.id === null && (
          <p class="notice" role="alert">
            {wrong.form.errors['']}
          </p>
        )}
        {props.feedAddress && <FeedAddress address={props.feedAddress} />}
      </header>
      {followings.length === 0 ? (
        <section class="notice">
          <h2>{t('following.empty')}</h2>
          <p>{t('following.empty.how')}</p>
          <p>
            <a class="button" href={href('commons', here)}>
              {t('following.empty.search')}
            </a>
          </p>
        </section>
      ) : (
        <NewsSection {...props} />
      )}
      {props.first && followings.length > 0 && (
        <>
          <section id="followings">
            <h2>{t('following.mine')}</h2>
            {props.silenced && (
              <p class="notice">
                {t('following.silenced')}{' '}
                <a href={href('accountMail', { locale })}>{t('following.silenced.change')}</a>
              </p>
            )}
            <ul class="followings">
              {followings.map(following => (
                <FollowingEntry
                  key={following.id}
                  network={network}
                  following={following}
                  form={wrong?.id === following.id ? wrong.form : null}
                />
              ))}
            </ul>
          </section>
          <FeedSection network={network} since={props.feedSince} />
        </>
      )}
    </NetworkLayout>
  )
}

function NewsSection({ network, news, next, first, followings, seenUntil }: FollowingPageProps) {
  const { i18n } = useFrame()
  const { t } = i18n
  const names = new Map(followings.map(one => [one.id, followingName(i18n, one)]))
  const fresh = news.filter(({ at }) => at > seenUntil).length
  return (
    <section>
      <h2>
        {t('following.news')}{' '}
        {first && fresh > 0 && <span class="tag on">{t('following.news.fresh', { count: fresh })}</span>}
      </h2>
      {news.length === 0 && <p>{first ? t('following.news.none') : t('following.news.no-more')}</p>}
      <ol class="hits news">
        {news.map(item => (
          <NewsEntry
            key={`${item.itemId}-${item.version}`}
            network={network}
            item={item}
            fresh={item.at > seenUntil}
            why={item.followings.flatMap(id => names.get(id) ?? [])}
          />
        ))}
      </ol>
      <MoreLink next={next} />
    </section>
  )
}

function NewsEntry(props: { network: Network; item: NewsItem; fresh: boolean; why: string[] }) {
  const { i18n } = useFrame()
  const { t, locale, day } = i18n
  const { network, item } = props
  const countries = item.facets.map(splitFacet).filter(({ kind }) => kind === 'country')
  const facts = [
    ...countries.slice(0, 3).map(({ key }) => facetLabel(i18n, 'country', key)),
    ...(item.year ? [String(item.year)] : []),
    ...writtenIn(i18n, item.language),
    item.version === 1 ? t('following.news.page') : t('following.news.version', { version: item.version }),
    day(item.at, network.timeZone),
  ]
  return (
    <li class="hit">
      <h3>
        {props.fresh && <span class="tag on">{t('following.news.new')}</span>}{' '}
        <a
          href={href('item', { locale, network: network.slug, slug: item.slug })}
          lang={item.language ?? undefined}
        >
          {typeset(item.title, item.language)}
        </a>
      </h3>
      <p class="facts">
        <b>{typeName(i18n, item.type)}</b>
        {facts.map(fact => ` · ${fact}`).join('')}
      </p>
      <p lang={item.language ?? undefined}>{typeset(item.summary, item.language)}</p>
      {props.why.length > 0 && (
        <p class="why">
          <small>{t('following.news.why', { names: i18n.list(props.why) })}</small>
        </p>
      )}
    </li>
  )
}

function FollowingEntry(props: { network: Network; following: Following; form: FormState | null }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { following } = props
  const { id, cadence, followed } = following
  const here = { locale, network: props.network.slug, id }
  const name = followingName(i18n, following)
  const to = addressOf(following, here)
  const typed = props.form?.values ?? {}
  const problem = Object.values(props.form?.errors ?? {})[0]
  return (
    <li id={`following-${id}`}>
      <div class="followed">
        <p>
          {to ? <a href={to}>{name}</a> : <span>{name}</span>}
          <small>
            {t(followedKinds[followed.kind])} · {t(cadenceNames[cadence])}
          </small>
        </p>
        <ActionButton action={href('followingRemoval', here)} label={t('following.stop')} danger />
      </div>
      <details open={props.form !== null}>
        <summary>
          {t('following.change')}
          <span class="visually-hidden"> {name}</span>
        </summary>
        {/* Labels around their fields: of several such forms on a page none needs an id of its own. */}
        <form class="form" method="post" action={href('followingDetails', here)}>
          {problem && (
            <p class="error" role="alert">
              {problem}
            </p>
          )}
          <label>
            {t('following.change.name')} <small>{t('form.optional')}</small>
            <input
              type="text"
              name="name"
              value={typed.name?.[0] ?? following.name ?? ''}
              placeholder={followingName(i18n, { name: null, followed })}
              maxLength={longestName}
              autocomplete="off"
            />
          </label>
          <label>
            {t('following.change.cadence')}
            <select name="cadence" required>
              {cadences.map(value => (
                <option key={value} value={value} selected={value === (typed.cadence?.[0] ?? cadence)}>
                  {t(cadenceNames[value])}
                </option>
              ))}
            </select>
          </label>
          <p class="buttons">
            <button type="submit" class="button quiet">
              {t('following.save')}
            </button>
          </p>
        </form>
      </details>
    </li>
  )
}

/** Where what is followed can be seen; null where it is gone. */
function addressOf({ followed }: Following, here: { locale: Locale; network: string }): string | null {
  switch (followed.kind) {
    case 'search':
      return href('commons', here, writeQuery({ ...followed.query, sort: 'updated' }))
    case 'theme':
      return href('commons', here, writeQuery({ ...emptyQuery, facets: { theme: [followed.key] } }))
    case 'author':
      return followed.name === null ? null : href('person', { ...here, person: followed.personId })
    case 'item':
      return followed.slug === null ? null : href('item', { ...here, slug: followed.slug })
  }
}

function FeedAddress({ address }: { address: string }) {
  const { t } = useFrame().i18n
  return (
    <section class="notice" role="status">
      <h2>{t('following.feed.made')}</h2>
      <p>{t('following.feed.once')}</p>
      <pre class="secret">
        <code>{address}</code>
      </pre>
    </section>
  )
}

function FeedSection({ network, since }: { network: Network; since: Date | null }) {
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <section class="following-feed">
      <h2>{t('following.feed')}</h2>
      <p>{t('following.feed.about')}</p>
      {since && <p>{t('following.feed.since', { day: day(since, network.timeZone) })}</p>}
      <p class="buttons">
        <ActionButton
          action={href('followingFeed', here)}
          label={since ? t('following.feed.renew') : t('following.feed.make')}
        />
        {since && (
          <ActionButton
            action={href('followingFeedRemoval', here)}
            label={t('following.feed.revoke')}
            danger
          />
        )}
      </p>
    </section>
  )
}
