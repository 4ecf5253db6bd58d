import { href } from '#http/routes.ts'
import type { JoinRequest } from '#modules/network/join-requests.ts'
import type { Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { useFrame } from '#ui/frame.ts'

export function JoinRequestsPage({ network, requests }: { network: Network; requests: JoinRequest[] }) {
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('join-requests.name')} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('administration', here)}>{t('administration.name')}</a>
        </p>
        <h1>{t('join-requests.name')}</h1>
        {requests.length === 0 ? (
          <p>{t('join-requests.none')}</p>
        ) : (
          <ul class="plain-list">
            {requests.map(request => (
              <li key={request.id}>
                <a href={href('joinRequest', { ...here, request: request.id })}>{request.name}</a>
                <small>
                  {[request.organisationName, request.email, day(request.createdAt, network.timeZone)]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </li>
            ))}
          </ul>
        )}
      </div>
    </NetworkLayout>
  )
}
