import { href } from '#http/routes.ts'
import type { ErrorCode, FieldError } from '#kernel/errors.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** What a programme and a person have to be told in other words. */
const forPeople: Partial<Record<ErrorCode, { title: MessageKey; text: MessageKey }>> = {
  unauthenticated: { title: 'failure.unauthenticated.title', text: 'failure.unauthenticated.text' },
  forbidden: { title: 'failure.forbidden.title', text: 'failure.forbidden.text' },
}

/** Says what went wrong and what the reader can do next. */
export function ErrorPage(props: {
  code: ErrorCode
  status: number
  params: Record<string, string | number>
  /** What is wrong where: of an address, since forms come back with it beside each field. */
  fields: FieldError[]
  requestId: string
}) {
  const { i18n, viewer, place, path } = useFrame()
  const { t, locale } = i18n
  const words = forPeople[props.code]
  const title = t(words?.title ?? `error.${props.code}.title`)
  const text = words ? t(words.text) : t(`error.${props.code}.text`, props.params)
  // What is hidden from the public looks as if it did not exist: who has an account may find it after signing in.
  const mayHelp = !viewer && ['unauthenticated', 'not-found'].includes(props.code)
  const next = new URLSearchParams({ next: path })
  return (
    <Layout title={title} network={place} noIndex>
      <header>
        <h1>{title}</h1>
        <p class="lede">{text}</p>
        {props.fields.length > 0 && (
          <ul>
            {props.fields.map(({ field, message }) => (
              <li key={`${field} ${message}`}>
                <code>{field}</code> {message}
              </li>
            ))}
          </ul>
        )}
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
            <a
              class={mayHelp ? 'button quiet' : 'button'}
              href={href('network', { locale, network: place.slug })}
            >
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
