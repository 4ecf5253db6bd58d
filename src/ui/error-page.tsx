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
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const title = t(`error.${props.code}.title`)
  return (
    <Layout title={title} noIndex>
      <header>
        <h1>{title}</h1>
        <p class="lede">{t(`error.${props.code}.text`, props.params)}</p>
        <p class="buttons">
          <a class="button" href={href('home', { locale })}>
            {t('error.home')}
          </a>
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
