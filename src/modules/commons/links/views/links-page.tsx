import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Item } from '#modules/commons/items.ts'
import { type Link, linkKinds } from '#modules/commons/links/links.ts'
import type { Neighbourhood } from '#modules/commons/links/neighbourhood.ts'
import { LinkList } from '#modules/commons/links/views/item-links.tsx'
import { linkNames } from '#modules/commons/links/views/link-names.ts'
import { LinksPicture } from '#modules/commons/links/views/links-picture.tsx'
import type { Hit } from '#modules/commons/search/searching.ts'
import { typeName } from '#modules/commons/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton, Choices, Form, Select, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface LinksPageProps {
  network: Network
  item: Item
  links: (Link & { removable: boolean })[]
  neighbourhood: Neighbourhood
  contributes: boolean
  /** Words of the page to link with, and what has them; null when nothing was looked for. */
  q: string
  found: Hit[] | null
  /** Of the link to be made. */
  form: FormState
}

export function LinksPage(props: LinksPageProps) {
  const { network, item, links } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, slug: item.slug }
  const title = t('links.of', { title: item.title })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a> ›{' '}
          <a href={href('item', here)} lang={item.language ?? undefined}>
            {item.title}
          </a>
        </p>
        <h1>{title}</h1>
        {links.length === 0 ? (
          <p>{t('links.none')}</p>
        ) : (
          <LinkList
            network={network.slug}
            links={links}
            doing={link =>
              link.removable && (
                <ActionButton
                  action={href('itemLinkRemoval', { ...here, link: link.id })}
                  label={t('links.remove')}
                  danger
                />
              )
            }
          />
        )}
        <LinksPicture network={network.slug} neighbourhood={props.neighbourhood} />
        {props.contributes && <Adding {...props} />}
      </div>
    </NetworkLayout>
  )
}

/** First the other page is looked for, then it is said what it is to this one. */
function Adding({ network, item, q, found, form }: LinksPageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, slug: item.slug }
  return (
    <section id="new" class="no-print">
      <h2>{t('links.add')}</h2>
      <p>{t('links.add.text')}</p>
      <search>
        <form class="search" method="get" action={`${href('itemLinks', here)}#new`}>
          <label class="visually-hidden" for="q">
            {t('links.search')}
          </label>
          <input id="q" type="search" name="q" value={q} placeholder={t('links.search')} maxLength={300} />
          <button class="button" type="submit">
            {t('list.search')}
          </button>
        </form>
      </search>
      {(found ?? []).length === 0 &&
        Object.values(form.errors).map(message => (
          <p key={message} class="problems" role="alert">
            {message}
          </p>
        ))}
      {found && found.length === 0 && <p>{t('collections.found.none', { q })}</p>}
      {found && found.length > 0 && (
        <Form action={href('itemLinks', here)} state={form} submit={t('links.submit')}>
          <input type="hidden" name="q" value={q} />
          <Select
            name="kind"
            label={t('links.kind')}
            state={form}
            choices={linkKinds.map(kind => ({ value: kind, label: t(linkNames[kind].out) }))}
            required
          />
          <Choices
            name="to"
            label={t('links.to')}
            state={form}
            choices={found.map(hit => ({
              value: hit.slug,
              label: hit.title,
              hint: [typeName(i18n, hit.type), hit.year].filter(Boolean).join(' · '),
            }))}
          />
          <TextArea
            name="note"
            label={t('links.note')}
            hint={t('links.note.hint')}
            state={form}
            rows={3}
            maxLength={2_000}
          />
        </Form>
      )}
    </section>
  )
}
