import { href } from '#http/routes.ts'
import type { Collection } from '#modules/commons/collections/collections.ts'
import type { Keeper } from '#modules/commons/collections/keepers.ts'
import { KeeperFrame } from '#modules/commons/collections/views/keeper-frame.tsx'
import type { Network } from '#modules/network/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function KeepersPage(props: {
  network: Network
  collection: Collection
  keepers: Keeper[]
  /** Words of a name, and who has them. */
  q: string
  found: Keeper[]
  problem: string | null
}) {
  const { network, collection, keepers, q, found } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, collection: collection.slug }
  return (
    <KeeperFrame network={network} collection={collection} title={t('collections.keepers')}>
      <p>{t('collections.keepers.lede')}</p>
      {props.problem && (
        <p class="problems" role="alert">
          {props.problem}
        </p>
      )}
      <ul class="people">
        {keepers.map(keeper => (
          <li key={keeper.id}>
            <span>{keeper.name}</span>
            {keepers.length > 1 && (
              <ActionButton
                action={href('collectionKeeperRemoval', { ...here, person: keeper.id })}
                label={t('collections.keepers.remove', { name: keeper.name })}
                danger
              />
            )}
          </li>
        ))}
      </ul>
      <h2>{t('collections.keepers.add')}</h2>
      <search>
        <form class="search" method="get" action={href('collectionKeepers', here)}>
          <label class="visually-hidden" for="q">
            {t('collections.keepers.search')}
          </label>
          <input
            id="q"
            type="search"
            name="q"
            value={q}
            placeholder={t('collections.keepers.search')}
            maxLength={200}
          />
          <button class="button" type="submit">
            {t('list.search')}
          </button>
        </form>
      </search>
      {q !== '' && found.length === 0 && <p>{t('collections.keepers.none', { q })}</p>}
      {found.length > 0 && (
        <ul class="people">
          {found.map(person => (
            <li key={person.id}>
              <span>{person.name}</span>
              <ActionButton
                action={href('collectionKeepers', here)}
                label={t('collections.keepers.entrust', { name: person.name })}
                fields={{ person: person.id }}
              />
            </li>
          ))}
        </ul>
      )}
    </KeeperFrame>
  )
}
