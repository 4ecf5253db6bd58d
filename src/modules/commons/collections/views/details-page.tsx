import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Collection } from '#modules/commons/collections/collections.ts'
import { CollectionFields } from '#modules/commons/collections/views/collection-fields.tsx'
import { KeeperFrame } from '#modules/commons/collections/views/keeper-frame.tsx'
import type { Network } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What is said of a collection as a whole, who reads it, and the ways to who keeps it and to its end. */
export function DetailsPage(props: { network: Network; collection: Collection; form: FormState }) {
  const { network, collection, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, collection: collection.slug }
  return (
    <KeeperFrame network={network} collection={collection} title={t('collections.details')}>
      <Form action={href('collectionDetails', here)} state={form} submit={t('form.save')}>
        <CollectionFields network={network} form={form} />
      </Form>
      <p class="buttons">
        <a class="button quiet" href={href('collectionKeepers', here)}>
          {t('collections.keepers')}
        </a>
        <a class="button quiet" href={href('collectionRemoval', here)}>
          {t('collections.remove')}
        </a>
      </p>
    </KeeperFrame>
  )
}
