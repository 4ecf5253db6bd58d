import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { Affiliation } from '#modules/network/affiliations/affiliations.ts'
import { kindNames, levelNames } from '#modules/network/affiliations/schema.ts'
import type { Branch } from '#modules/network/affiliations/tree.ts'
import { nameOf, sideNames, waitingNames } from '#modules/network/affiliations/views/affiliation-names.ts'
import { Span } from '#modules/network/affiliations/views/affiliation-span.tsx'
import { NetworkName, NetworkTree } from '#modules/network/affiliations/views/network-tree.tsx'
import type { Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { useFrame } from '#ui/frame.ts'

interface AffiliationsPageProps {
  network: Network
  administers: boolean
  facilitates: boolean
  /** Whether there may be organisations to bring in from other networks. */
  offers: boolean
  today: string
  trees: Branch[]
  accepted: Affiliation[]
  waiting: Affiliation[]
}

/** To which networks this one belongs, and which belong to it; past ones apart. */
export function AffiliationsPage(props: AffiliationsPageProps) {
  const { network, administers, today, trees, accepted, waiting } = props
  const { t } = useFrame().i18n
  const past = accepted.filter(({ until }) => until !== null && until < today)
  const present = accepted.filter(one => !past.includes(one))
  // First what one belongs to.
  const sorted = [
    ...present.filter(({ side }) => side === 'member'),
    ...present.filter(({ side }) => side === 'parent'),
  ]
  return (
    <NetworkLayout of={network} title={t('affiliations.name')} description={t('affiliations.lede')}>
      <div class="listing">
        <h1>{t('affiliations.name')}</h1>
        <p class="lede">{t('affiliations.lede')}</p>
        <Doors {...props} />
      </div>
      {waiting.length > 0 && (
        <section>
          <h2>{t('affiliations.waiting')}</h2>
          <Waiting network={network} waiting={waiting} />
        </section>
      )}
      {trees.length > 0 && (
        <section>
          <h2>{t('affiliations.tree')}</h2>
          <NetworkTree branches={trees} here={network.id} />
        </section>
      )}
      <section>
        <h2>{t('affiliations.present')}</h2>
        {present.length === 0 ? (
          <p>{administers ? t('affiliations.none-yet') : t('affiliations.none')}</p>
        ) : (
          <Table network={network} affiliations={sorted} administers={administers} today={today} />
        )}
      </section>
      {past.length > 0 && (
        <section>
          <h2>{t('affiliations.past')}</h2>
          <Table network={network} affiliations={past} administers={false} today={today} />
        </section>
      )}
    </NetworkLayout>
  )
}

function Doors({ network, administers, facilitates, offers, accepted }: AffiliationsPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const doors: ComponentChildren[] = []
  if (administers)
    doors.push(
      <a key="new" class="button" href={href('newAffiliation', here)}>
        {t('affiliations.ask')}
      </a>,
    )
  if (facilitates && accepted.some(({ side }) => side === 'parent'))
    doors.push(
      <a key="numbers" class="button quiet" href={href('federation', here)}>
        {t('affiliations.federation')}
      </a>,
    )
  if (offers)
    doors.push(
      <a key="offered" class="button quiet" href={href('offeredOrganisations', here)}>
        {t('affiliations.organisations')}
      </a>,
    )
  if (administers)
    doors.push(
      <a key="sharing" class="button quiet" href={href('affiliationSharing', here)}>
        {t('affiliations.sharing')}
      </a>,
    )
  return doors.length > 0 ? <p class="buttons">{doors}</p> : null
}

function Waiting({ network, waiting }: { network: Network; waiting: Affiliation[] }) {
  const { t, locale, day } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <ul class="plain-list">
      {waiting.map(one => (
        <li key={one.id}>
          <a href={href('affiliation', { ...here, affiliation: one.id })}>
            {t(waitingNames[one.asked ? 'asked' : 'given'][one.side], { other: nameOf(one, locale) })}
          </a>
          <small>{t('affiliations.asked-on', { day: day(one.createdAt) })}</small>
        </li>
      ))}
    </ul>
  )
}

function Table(props: {
  network: Network
  affiliations: Affiliation[]
  administers: boolean
  today: string
}) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: props.network.slug }
  return (
    <table class="cards affiliations">
      <thead>
        <tr>
          <th scope="col">{t('affiliations.network')}</th>
          <th scope="col">{t('affiliations.side')}</th>
          <th scope="col">{t('affiliations.mandate')}</th>
          <th scope="col">{t('affiliations.dates')}</th>
          {props.administers && <th scope="col">{t('affiliations.actions')}</th>}
        </tr>
      </thead>
      <tbody>
        {props.affiliations.map(one => (
          <tr key={one.id}>
            <td>{one.other && <NetworkName network={one.other} />}</td>
            <td data-label={t('affiliations.side')}>
              {t(sideNames[one.side])}
              <small class="block">
                {t(levelNames[one.level])} · {t(kindNames[one.kind])}
              </small>
            </td>
            <td data-label={t('affiliations.mandate')} class="mandate-text">
              {one.mandate || '—'}
            </td>
            <td data-label={t('affiliations.dates')}>
              <Span of={one} today={props.today} />
            </td>
            {props.administers && (
              <td>
                <a href={href('affiliation', { ...here, affiliation: one.id })}>{t('affiliations.open')}</a>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
