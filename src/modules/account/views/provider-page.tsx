import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { useFrame } from '#ui/frame.ts'

/** On the way to the provider of identities: the page leads on by itself. */
export function ProviderPage({ name, url }: { name: string; url: string }) {
  const { t } = useFrame().i18n
  return (
    <DoorLayout title={t('account.provider.title', { name })} lede={t('account.provider.lede', { name })}>
      <p class="buttons">
        <a class="button" href={url} rel="nofollow noreferrer">
          {t('account.provider.continue', { name })}
        </a>
      </p>
    </DoorLayout>
  )
}
