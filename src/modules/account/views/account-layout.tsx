import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

const rooms = [
  { route: 'account', label: 'account.profile' },
  { route: 'accountSecurity', label: 'account.security' },
  { route: 'accountMail', label: 'account.mail' },
  { route: 'accountData', label: 'account.data' },
] as const

/** A page of one's own account, with the way to its rooms. */
export function AccountLayout(props: {
  title: string
  room: (typeof rooms)[number]['route']
  lede?: string
  scripts?: string[]
  children: ComponentChildren
}) {
  const { t, locale } = useFrame().i18n
  return (
    <Layout title={props.title} noIndex {...(props.scripts && { scripts: props.scripts })}>
      <article class="own">
        <nav class="rooms" aria-label={t('account.rooms')}>
          {rooms.map(({ route, label }) => (
            <a
              key={route}
              href={href(route, { locale })}
              aria-current={route === props.room ? 'page' : undefined}
            >
              {t(label)}
            </a>
          ))}
        </nav>
        <h1>{props.title}</h1>
        {props.lede && <p class="lede">{props.lede}</p>}
        {props.children}
      </article>
    </Layout>
  )
}

/** In place of what an invented person cannot have changed. */
export function InventedNote() {
  return <p class="notice">{useFrame().i18n.t('account.demonstration')}</p>
}
