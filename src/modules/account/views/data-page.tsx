import { href } from '#http/routes.ts'
import { AccountLayout } from '#modules/account/views/account-layout.tsx'
import { useFrame } from '#ui/frame.ts'

export function DataPage() {
  const { t, locale } = useFrame().i18n
  return (
    <AccountLayout title={t('account.data')} room="accountData">
      <section>
        <h2>{t('account.archive')}</h2>
        <p>{t('account.archive.text')}</p>
        <p class="buttons">
          <a class="button" href={href('accountArchive', { locale })} download>
            {t('account.archive.download')}
          </a>
        </p>
      </section>
      <section>
        <h2>{t('retention.title')}</h2>
        <p>
          <a href={href('retention', { locale })}>{t('account.data.retention')}</a>
        </p>
      </section>
      <section>
        <h2>{t('account.erasure')}</h2>
        <p>{t('account.erasure.text')}</p>
        <p>
          <a href={href('accountErasure', { locale })}>{t('account.erasure.open')}</a>
        </p>
      </section>
    </AccountLayout>
  )
}
