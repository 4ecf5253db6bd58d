import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { useFrame } from '#ui/frame.ts'

/** What changes for whom, before it does. */
export function VisibilityPage({ network }: { network: Network }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const opens = network.visibility === 'private'
  const consequences = opens
    ? [
        t('visibility.open.listed'),
        t('visibility.open.commons'),
        t('visibility.open.members'),
        t('visibility.open.back'),
      ]
    : [t('visibility.close.hidden'), t('visibility.close.links'), t('visibility.close.members')]
  return (
    <NetworkLayout of={network} title={t('settings.visibility')} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('settings', here)}>{t('settings.name')}</a>
        </p>
        <h1>{opens ? t('visibility.open.title') : t('visibility.close.title')}</h1>
        <ul class="consequences">
          {consequences.map(text => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        <form method="post" action={href('settingsVisibility', here)} class="buttons">
          <input type="hidden" name="visibility" value={opens ? 'public' : 'private'} />
          <button type="submit" class="button">
            {opens ? t('settings.visibility.open') : t('settings.visibility.close')}
          </button>
          <a class="button quiet" href={href('settings', here)}>
            {t('visibility.leave')}
          </a>
        </form>
      </div>
    </NetworkLayout>
  )
}
