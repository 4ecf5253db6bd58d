import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { ListedCollection } from '#modules/commons/collections/collections.ts'
import { CollectionFields } from '#modules/commons/collections/views/collection-fields.tsx'
import { stateNames } from '#modules/commons/collections/views/state-names.ts'
import { typeset } from '#modules/commons/views/typography.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { plainText } from '#platform/markdown/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface CollectionsPageProps {
  network: Network
  /** Whether the reader may make some. */
  contributes: boolean
  query: { q: string; own: boolean }
  collections: ListedCollection[]
  next: string | null
  /** Of the one to be made. */
  form: FormState
  wrong: boolean
}

export function CollectionsPage(props: CollectionsPageProps) {
  const { network, contributes, query, collections } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout
      of={network}
      title={t('collections.name')}
      description={t('collections.lede')}
      noIndex={query.q !== '' || query.own}
    >
      <div class="listing">
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a>
        </p>
        <h1>{t('collections.name')}</h1>
        <p class="lede">{t('collections.lede')}</p>
        {contributes && (
          <details class="new-collection" open={props.wrong}>
            <summary class="button">{t('collections.new')}</summary>
            <Form action={href('collections', here)} state={props.form} submit={t('collections.create')}>
              <CollectionFields network={network} form={props.form} />
            </Form>
          </details>
        )}
        <search>
          <form class="search" method="get" action={href('collections', here)}>
            <label class="visually-hidden" for="q">
              {t('collections.search')}
            </label>
            <input
              id="q"
              type="search"
              name="q"
              value={query.q}
              placeholder={t('collections.search')}
              maxLength={200}
            />
            {query.own && <input type="hidden" name="own" value="yes" />}
            <button class="button" type="submit">
              {t('list.search')}
            </button>
          </form>
        </search>
        {contributes && (
          <nav class="tags chosen" aria-label={t('list.filters')}>
            {[false, true].map(own => (
              <a
                key={String(own)}
                class={query.own === own ? 'tag on' : 'tag'}
                aria-current={query.own === own ? 'true' : undefined}
                href={href('collections', here, asSearch({ ...query, own }))}
              >
                {own ? t('collections.own') : t('collections.all')}
              </a>
            ))}
          </nav>
        )}
        {collections.length === 0 ? <Nothing {...props} /> : <List {...props} />}
        <MoreLink next={props.next} />
      </div>
    </NetworkLayout>
  )
}

function Nothing({ network, contributes, query }: CollectionsPageProps) {
  const { t, locale } = useFrame().i18n
  if (query.q) return <p>{t('collections.none.found', { q: query.q })}</p>
  return (
    <div class="notice">
      <p>{t('collections.none')}</p>
      <p>
        {contributes ? (
          t('collections.none.start')
        ) : (
          <a href={href('commons', { locale, network: network.slug })}>{t('collections.none.commons')}</a>
        )}
      </p>
    </div>
  )
}

function List({ network, contributes, collections }: CollectionsPageProps) {
  const { t, locale, day, list } = useFrame().i18n
  return (
    <ul class="cards">
      {collections.map(collection => (
        <li class="card collection-card" key={collection.id}>
          <h2 lang={collection.language}>
            <a href={href('collection', { locale, network: network.slug, collection: collection.slug })}>
              {typeset(collection.title, collection.language)}
            </a>
          </h2>
          {collection.about && <p lang={collection.language}>{beginning(collection.about)}</p>}
          <p class="facts">
            <b>{t('collections.count', { count: collection.entries })}</b>
            {contributes && ` · ${t(stateNames[collection.state])}`}
            {` · ${t('collections.updated', { day: day(collection.updatedAt, network.timeZone) })}`}
            {collection.keepers.length > 0 &&
              ` · ${t('collections.kept-by', { names: list(collection.keepers.slice(0, 3)) })}`}
          </p>
        </li>
      ))}
    </ul>
  )
}

/** Of its introduction, as much as says what it is. */
function beginning(about: string): string {
  const [first = ''] = plainText(about).split('\n')
  const cut = plainText(about, Math.min(first.length, 180)).split('\n')[0] ?? ''
  return cut.length < first.length ? `${cut}…` : cut
}

function asSearch(query: { q: string; own: boolean }): URLSearchParams {
  const search = new URLSearchParams()
  if (query.q) search.set('q', query.q)
  if (query.own) search.set('own', 'yes')
  return search
}
