import { href } from '#http/routes.ts'
import type { ErrorCode } from '#kernel/errors.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** Says what went wrong and what the reader can do next. */
export function ErrorPage(props: {
  code: ErrorCode
  status: number
  params: Record<string, string | number>
  requestId: string
}) {
  const { i18n, viewer, place, path } = useFrame()
  const { t, maybe, locale } = i18n
  // Some have other words for a person than for a programme.
  const title = maybe(`error.${props.code}.page-title`, '') || t(`error.${props.code}.title`)
  const text = maybe(`error.${props.code}.page-text`, '') || t(`error.${props.code}.text`, props.params)
  // What is hidden from the public looks as if it did not exist: who has an account may find it after signing in.
  const mayHelp = !viewer && ['unauthenticated', 'not-found'].includes(props.code)
  const next = new URLSearchParams({ next: path })
  return (
    <Layout title={title} network={place} noIndex>
      <header>
        <h1>{title}</h1>
        <p class="lede">{text}</p>
        <p class="buttons">
          {mayHelp && (
            <a
              class={props.code === 'not-found' ? 'button quiet' : 'button'}
              href={href('signIn', { locale }, next)}
            >
              {t('layout.sign-in')}
            </a>
          )}
          {place ? (
            <a class="button quiet" href={href('network', { locale, network: place.slug })}>
              {t('error.network', { name: place.name })}
            </a>
          ) : (
            <a class={mayHelp ? 'button quiet' : 'button'} href={href('home', { locale })}>
              {t('error.home')}
            </a>
          )}
        </p>
        {props.status >= 500 && (
          <p>
            <small>{t('error.reference', { id: props.requestId })}</small>
          </p>
        )}
      </header>
    </Layout>
  )
}
