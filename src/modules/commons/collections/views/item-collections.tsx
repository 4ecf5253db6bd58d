import { emptyForm, type FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { CollectionName } from '#modules/commons/collections/entries.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface ItemCollectionsProps {
  network: Network
  item: { slug: string; title: string; language: string | null }
  collections: { held: CollectionName[]; open: CollectionName[] }
}

/** For the page of an item: the collections it stands in, and for members a way into others. */
export function ItemCollections({ network, item, collections }: ItemCollectionsProps) {
  const { i18n, place } = useFrame()
  const { t } = i18n
  const contributes = (place?.role ?? 'visitor') !== 'visitor'
  if (collections.held.length === 0 && !contributes) return null
  return (
    <section class="item-collections" aria-label={t('collections.name')}>
      <Held network={network} held={collections.held} />
      {contributes && (
        <details class="no-print">
          <summary>{t('collections.add-item')}</summary>
          <AddForm {...{ network, item, collections }} form={emptyForm} />
        </details>
      )}
    </section>
  )
}

/** The same as a page of its own: where what was wrong is said. */
export function ItemCollectionsPage(props: ItemCollectionsProps & { form: FormState }) {
  const { network, item, collections } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={`${t('collections.add-item')} · ${item.title}`} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a> ›{' '}
          <a href={href('item', { ...here, slug: item.slug })} lang={item.language ?? undefined}>
            {item.title}
          </a>
        </p>
        <h1>{t('collections.add-item')}</h1>
        <Held network={network} held={collections.held} />
        <AddForm {...props} />
      </div>
    </NetworkLayout>
  )
}

function Held({ network, held }: { network: Network; held: CollectionName[] }) {
  const { t, locale } = useFrame().i18n
  if (held.length === 0) return null
  return (
    <>
      <h2>{t('collections.of-item')}</h2>
      <ul class="plain-list">
        {held.map(({ slug, title, language }) => (
          <li key={slug}>
            <a href={href('collection', { locale, network: network.slug, collection: slug })} lang={language}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

function AddForm({ network, item, collections, form }: ItemCollectionsProps & { form: FormState }) {
  const { t, locale } = useFrame().i18n
  const { open } = collections
  return (
    <Form
      action={href('itemCollections', { locale, network: network.slug, slug: item.slug })}
      state={form}
      submit={t('collections.add')}
    >
      {open.length > 0 && (
        <Select
          name="collection"
          label={t('collections.choose')}
          state={form}
          choices={[
            { value: '', label: '—' },
            ...open.map(({ slug, title }) => ({ value: slug, label: title })),
          ]}
        />
      )}
      <TextField
        name="title"
        label={open.length > 0 ? t('collections.new-with') : t('collections.new-first')}
        state={form}
        maxLength={200}
      />
      <TextArea name="note" label={t('collections.note')} state={form} rows={3} maxLength={5_000} />
    </Form>
  )
}
