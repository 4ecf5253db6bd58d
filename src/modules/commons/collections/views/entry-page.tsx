import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { CollectedItem, Collection } from '#modules/commons/collections/collections.ts'
import { ItemLine } from '#modules/commons/collections/views/item-line.tsx'
import { KeeperFrame } from '#modules/commons/collections/views/keeper-frame.tsx'
import type { Network } from '#modules/network/index.ts'
import { Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What a collection says of one page, and the section it puts it in. */
export function EntryPage(props: {
  network: Network
  collection: Collection
  item: CollectedItem
  sections: string[]
  form: FormState
}) {
  const { network, collection, item, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, collection: collection.slug }
  return (
    <KeeperFrame network={network} collection={collection} title={t('collections.entry')}>
      <div>
        <p class="entry-title" lang={item.language ?? undefined}>
          {item.title}
        </p>
        <ItemLine item={item} />
      </div>
      <Form
        action={href('collectionEntry', { ...here, slug: item.slug })}
        state={form}
        submit={t('form.save')}
      >
        <TextArea
          name="note"
          label={t('collections.note')}
          hint={t('collections.note.hint')}
          state={form}
          rows={5}
          maxLength={5_000}
        />
        <TextField
          name="section"
          label={t('collections.section')}
          hint={t('collections.section.hint')}
          state={form}
          maxLength={200}
          list={props.sections}
        />
      </Form>
      <p>
        <a href={`${href('collectionEntries', here)}#entry-${item.slug}`}>{t('collections.arrange')}</a>
      </p>
    </KeeperFrame>
  )
}
