import { href } from '#http/routes.ts'
import type { Fields } from '#ui/answer-fields.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** What someone typed and could not send, signed in no more or the installation failing: nothing of it is lost. */
export function TypedPage({ fields, ended }: { fields: Fields; ended: boolean }) {
  const { i18n, path, place } = useFrame()
  const { t, locale } = i18n
  const sent = Object.entries(fields).flatMap(([name, values]) =>
    (values ?? []).map(value => ({ name, value })),
  )
  return (
    <Layout title={t('writing.session.title')} network={place} noIndex>
      <header>
        <h1>{t('writing.session.title')}</h1>
        <p class="lede">{t(ended ? 'writing.session.text' : 'writing.session.failure')}</p>
      </header>
      {ended && (
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
      )}
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
