import { href } from '#http/routes.ts'
import type { Fields } from '#ui/answer-fields.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** What someone typed and could not send, because they were signed in no more: nothing of it is lost. */
export function SessionEndPage({ fields }: { fields: Fields }) {
  const { i18n, path, place } = useFrame()
  const { t, locale } = i18n
  // The files' own fields came empty.
  const sent = Object.entries(fields).flatMap(([name, values]) =>
    (values ?? []).map(value => ({ name, value })),
  )
  return (
    <Layout title={t('writing.session.title')} network={place} noIndex>
      <header>
        <h1>{t('writing.session.title')}</h1>
        <p class="lede">{t('writing.session.text')}</p>
      </header>
      <ol>
        <li>
          <a
            href={href('signIn', { locale }, new URLSearchParams({ next: path }))}
            target="_blank"
            rel="noopener"
          >
            {t('writing.session.sign-in')}
          </a>
        </li>
        <li>{t('writing.session.return')}</li>
      </ol>
      <form method="post" action={path} enctype="multipart/form-data">
        {sent.map(({ name, value }, index) => (
          <input key={index} type="hidden" name={name} value={value} />
        ))}
        <p class="buttons">
          <button type="submit" class="button">
            {t('writing.session.send')}
          </button>
        </p>
      </form>
    </Layout>
  )
}
