import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import { type Locale, locales } from '#kernel/locale.ts'
import { useFrame } from '#ui/frame.ts'

export interface NavigationEntry {
  href: string
  label: string
  current: boolean
}

export interface LayoutProps {
  title: string
  description?: string | undefined
  /** Where the page has its own address, without what was chosen on it; the path unless said otherwise. */
  canonical?: string | undefined
  /** What the page is to those who link to it (Open Graph). */
  kind?: 'website' | 'article'
  /** The network whose pages these are: its name stands in the bar and its rooms in the navigation. */
  network?:
    | {
        slug: string
        name: string
        demonstration: boolean
        /** Addresses of its sign and of the stylesheet with its colour, if it has them. */
        logo?: string
        theme?: string
        /** Its own, offered before the others. */
        languages?: Locale[]
      }
    | undefined
  navigation?: NavigationEntry[]
  feed?: { href: string; title: string } | undefined
  /** Scripts of the page, by asset name. Pages without any work all the same. */
  scripts?: string[]
  noIndex?: boolean
  /** Seconds after which the browser asks for the page again: only while something on it is under way. */
  refresh?: number | undefined
  children: ComponentChildren
}

export function Layout(props: LayoutProps) {
  const { i18n, assets, origin, path, viewer } = useFrame()
  const { t, locale } = i18n
  // Whoever is signed in has a menu in the bar.
  const scripts = new Set([...(viewer ? ['wake.js'] : []), ...(props.scripts ?? [])])
  const title = props.network ? `${props.title} · ${props.network.name}` : `${props.title} · Cordée`
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        {props.refresh && <meta http-equiv="refresh" content={String(props.refresh)} />}
        {props.description && <meta name="description" content={props.description} />}
        {props.noIndex ? <meta name="robots" content="noindex" /> : <Identity {...props} />}
        <meta name="theme-color" content="#fbfaf6" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#121a1b" media="(prefers-color-scheme: dark)" />
        <link rel="stylesheet" href={assets.url('main.css')} />
        {props.network?.theme && <link rel="stylesheet" href={props.network.theme} />}
        <link rel="icon" href={assets.url('icon.svg')} type="image/svg+xml" />
        {props.feed && (
          <link rel="alternate" type="application/atom+xml" href={props.feed.href} title={props.feed.title} />
        )}
        {[...scripts].map(name => (
          <script key={name} type="module" src={assets.url(name)} />
        ))}
      </head>
      <body>
        <a class="skip" href="#content">
          {t('layout.skip')}
        </a>
        <header>
          <div class="bar">
            <a
              class="name"
              href={
                props.network
                  ? href('network', { locale, network: props.network.slug })
                  : href('home', { locale })
              }
            >
              {props.network?.logo ? (
                <img class="logo" src={props.network.logo} alt="" height="32" />
              ) : (
                <Rope />
              )}{' '}
              {props.network?.name ?? 'Cordée'}
            </a>
            {props.navigation && (
              <nav class="main" aria-label={t('layout.navigation')}>
                {props.navigation.map(entry => (
                  <a key={entry.href} href={entry.href} aria-current={entry.current ? 'page' : undefined}>
                    {entry.label}
                  </a>
                ))}
              </nav>
            )}
            <Account />
            <Languages own={props.network?.languages ?? []} />
          </div>
          {props.network?.demonstration && (
            <p class="demonstration">
              {t('layout.demonstration')} <a href={href('demonstration', { locale })}>{t('layout.roles')}</a>
            </p>
          )}
        </header>
        <main id="content">
          <Done />
          {props.children}
        </main>
        <p class="address">{origin + path}</p>
        <footer class="foot">
          <span>{t('layout.about')}</span>
          <a href={href('home', { locale })}>{t('layout.networks')}</a>
          <a href={href('accessibility', { locale })}>{t('layout.accessibility')}</a>
          <a href={href('retention', { locale })}>{t('layout.retention')}</a>
          <a href="/api" hreflang="en">
            {t('layout.api')}
          </a>
        </footer>
      </body>
    </html>
  )
}

/** The page in other languages: beside each other or, on a narrow screen full of what a member has, in a menu. */
function Languages({ own }: { own: Locale[] }) {
  const { i18n, viewer, path, localized } = useFrame()
  const { t, locale } = i18n
  return (
    <nav class={viewer ? 'languages menu' : 'languages'} aria-label={t('layout.languages')}>
      <details open={!viewer}>
        <summary>
          <span class="visually-hidden">{t('layout.languages')}</span> <span class="now">{locale}</span>
        </summary>
        <div class="others">
          {[...new Set([...own, ...locales])]
            .filter(other => other !== locale)
            .map(other => (
              <a
                key={other}
                href={localized ? inLocale(path, other) : href('home', { locale: other })}
                lang={other}
                hreflang={other}
              >
                {/* The code is for a narrow screen, which has no room for the name. */}
                <span class="code">{other}</span> <span class="full">{languageNames[other]}</span>
              </a>
            ))}
        </div>
      </details>
    </nav>
  )
}

/** Who is signed in, or the way in; it leads back to where one was. */
function Account() {
  const { i18n, viewer, path } = useFrame()
  const { t, locale } = i18n
  if (!viewer) {
    const back = /\/account(?:\/|\?|$)/.test(path) ? undefined : new URLSearchParams({ next: path })
    return (
      <nav class="account" aria-label={t('layout.account')}>
        <a href={href('signIn', { locale }, back)} rel="nofollow">
          {t('layout.sign-in')}
        </a>
      </nav>
    )
  }
  return (
    <nav class="account" aria-label={t('layout.account')}>
      <a class="viewer" href={href('account', { locale })}>
        {viewer.name}
      </a>
      <form method="post" action={href('signOut', { locale })} class="inline">
        <button type="submit" class="quiet" title={t('layout.sign-out')}>
          <span class="full">{t('layout.sign-out')}</span>
          <WayOut />
        </button>
      </form>
    </nav>
  )
}

/** What was just done, by the page before. */
function Done() {
  const { i18n, path } = useFrame()
  const done = new URL(path, 'http://localhost').searchParams.get('done')
  const said = done && i18n.maybe(`done.${done}`, '')
  return said ? (
    <p class="done" role="status">
      {said}
    </p>
  ) : null
}

/** How the rest of the web may call, show and translate the page. What is not to be found has none of it. */
function Identity(props: LayoutProps) {
  const { origin, path, localized } = useFrame()
  const own = origin + (props.canonical ?? path.replace(/\?.*/s, ''))
  return (
    <>
      <link rel="canonical" href={own} />
      {localized &&
        locales.map(other => (
          <link key={other} rel="alternate" hreflang={other} href={origin + inLocale(path, other)} />
        ))}
      <meta property="og:title" content={props.title} />
      {props.description && <meta property="og:description" content={props.description} />}
      <meta property="og:type" content={props.kind ?? 'website'} />
      <meta property="og:url" content={own} />
      <meta property="og:site_name" content={props.network?.name ?? 'Cordée'} />
    </>
  )
}

/** Each language calls itself by its own name. */
export const languageNames: Record<Locale, string> = {
  fr: 'Français',
  en: 'English',
  es: 'Español',
  pt: 'Português',
}

function inLocale(path: string, locale: Locale): string {
  return path.replace(/^\/[a-z]{2}(?=\/|\?|$)/, `/${locale}`)
}

/** Where a narrow screen has no room for the words. */
function WayOut() {
  return (
    <svg class="way-out" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <path
        d="M8 3H4v14h4M8 10h9M13.5 6.5L17 10l-3.5 3.5"
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
      />
    </svg>
  )
}

function Rope() {
  return (
    <svg width="22" height="18" viewBox="0 0 22 18" aria-hidden="true">
      <path d="M1 15C6 15 5 8 10 8s4-6 11-6" fill="none" stroke="currentColor" stroke-width="1.8" />
      <circle cx="10" cy="8" r="2.4" fill="var(--green)" />
      <circle cx="1.8" cy="15" r="1.8" fill="var(--ochre)" />
    </svg>
  )
}
