import type { ComponentChildren } from 'preact'
import { addressesOf } from '#modules/administration/scope.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** A page of those who answer for a network or run the installation, with the way back to where all of them are. */
export function AdministrationLayout(props: {
  /** Null: the installation. */
  of: Network | null
  title: string
  /** Between the hub and this page. */
  above?: { href: string; label: string }
  refresh?: number | undefined
  children: ComponentChildren
}) {
  const { of, title, above, refresh } = props
  const { t, locale } = useFrame().i18n
  const content = (
    <>
      <header>
        <p class="crumbs">
          <a href={addressesOf(of, locale).hub()}>{t(of ? 'administration.name' : 'platform.title')}</a>
          {above && (
            <>
              {' › '}
              <a href={above.href}>{above.label}</a>
            </>
          )}
        </p>
        <h1>{title}</h1>
      </header>
      {props.children}
    </>
  )
  return of ? (
    <NetworkLayout of={of} title={title} refresh={refresh} noIndex>
      {content}
    </NetworkLayout>
  ) : (
    <Layout title={title} refresh={refresh} noIndex>
      {content}
    </Layout>
  )
}

/** On from a list that pages by key, and back to its beginning. */
export function Pager(props: { first: string | null; next: string | null; label: string }) {
  const { t } = useFrame().i18n
  if (props.first === null && props.next === null) return null
  return (
    <nav class="pager" aria-label={props.label}>
      {props.first !== null && <a href={props.first}>{t('audit.newest')}</a>}
      {props.next !== null && (
        <a class="button quiet" href={props.next} rel="next">
          {t('audit.older')}
        </a>
      )}
    </nav>
  )
}

/** One line of what is known of a thing, in a `dl.known`. */
export function Fact(props: { name: ComponentChildren; children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}
