import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Capsule, Programme } from '#modules/programmes/programme.ts'
import type { Proposal } from '#modules/programmes/progress/arrangements.ts'
import type { Call } from '#modules/programmes/progress/attention.ts'
import type { Contact } from '#modules/programmes/progress/contacts.ts'
import type { RopeSection } from '#modules/programmes/progress/rope-section.ts'
import {
  type TableFilter,
  type TableOrder,
  tableFilters,
  tableOrders,
} from '#modules/programmes/progress/table-order.ts'
import { Calls } from '#modules/programmes/progress/views/calls.tsx'
import { ProgressTable } from '#modules/programmes/progress/views/progress-table.tsx'
import { Proposals } from '#modules/programmes/progress/views/proposals.tsx'
import { Rope } from '#modules/programmes/progress/views/rope.tsx'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface ProgressPageProps {
  network: Network
  programme: Programme
  group: { slug: string }
  capsules: Capsule[]
  rope: RopeSection | null
  /** For whoever runs the programme; null for all others. */
  running: Running | null
}

export interface Running {
  calls: Call[]
  contacts: ReadonlyMap<string, Contact>
  /** As they were chosen and ordered. */
  rows: Call[]
  order: TableOrder
  filter: TableFilter
  proposals: Proposal[]
}

/** Where everyone is: the rope for all, the table and who needs a call for whoever runs it. */
export function ProgressPage(props: ProgressPageProps) {
  const { network, programme, rope, running } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id }
  const own = rope?.knots.filter(knot => knot.own && knot.organisation) ?? []
  return (
    <NetworkLayout of={network} title={`${t('progress.name')} – ${programme.name}`} noIndex>
      <article class="progress-page">
        <p class="crumbs">
          <a href={href('programme', here)}>{programme.name}</a>
        </p>
        <h1>{t('progress.name')}</h1>
        {rope ? <Rope network={network} section={rope} /> : <p>{t('progress.empty')}</p>}
        {own.map(
          ({ organisation, behind }) =>
            organisation && (
              <p key={organisation.id}>
                <a
                  class={behind ? 'button' : 'button quiet'}
                  href={href('programmeCatchUp', { ...here, organisation: organisation.id })}
                >
                  {t('catch-up.of', { organisation: organisation.name })}
                </a>
              </p>
            ),
        )}
        {running && <RunningParts {...props} running={running} />}
      </article>
    </NetworkLayout>
  )
}

function RunningParts({
  network,
  programme,
  group,
  capsules,
  running,
}: ProgressPageProps & { running: Running }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id }
  const { order, filter } = running
  const address = (change: { order?: string; show?: string }) =>
    `${href('programmeProgress', here, new URLSearchParams({ order, show: filter, ...change }))}#table`
  return (
    <>
      <Calls
        network={network}
        programme={programme}
        group={group}
        capsules={capsules}
        calls={running.calls}
        contacts={running.contacts}
      />
      {running.proposals.length > 0 && (
        <Proposals
          network={network}
          programmeId={programme.id}
          capsules={capsules}
          proposals={running.proposals}
        />
      )}
      <section id="table">
        <h2>{t('progress.table')}</h2>
        <nav class="tags chosen" aria-label={t('list.filters')}>
          {tableFilters.map(one => (
            <a
              key={one}
              class={one === filter ? 'tag on' : 'tag'}
              href={address({ show: one })}
              aria-current={one === filter ? 'true' : undefined}
            >
              {t(filterNames[one])}
            </a>
          ))}
        </nav>
        <p class="sorting">
          {t('progress.order')}{' '}
          {tableOrders.map((one, index) => (
            <span key={one}>
              {index > 0 && ' · '}
              {one === order ? (
                <strong>{t(orderNames[one])}</strong>
              ) : (
                <a href={address({ order: one })}>{t(orderNames[one])}</a>
              )}
            </span>
          ))}
        </p>
        {running.rows.length === 0 ? (
          <p>{t('progress.table.none')}</p>
        ) : (
          <ProgressTable network={network} programme={programme} capsules={capsules} rows={running.rows} />
        )}
        {running.calls.length > 0 && (
          <p class="buttons no-print">
            {(['csv', 'xlsx'] as const).map(extension => (
              <a
                key={extension}
                class="button quiet"
                href={href('programmeProgressExport', { ...here, file: `progress.${extension}` })}
              >
                {t(extension === 'csv' ? 'progress.csv' : 'progress.xlsx')}
              </a>
            ))}
          </p>
        )}
      </section>
      <section class="no-print">
        <h2>{t('sharing.name')}</h2>
        <p>{programme.shared ? t('sharing.on') : t('sharing.off')}</p>
        <ActionButton
          action={href('programmeSharing', here)}
          label={programme.shared ? t('sharing.stop') : t('sharing.start')}
          fields={{ shared: programme.shared ? 'no' : 'yes' }}
        />
        <p>
          <a href={href('programmeComparison', here)}>{t('comparison.name')}</a>
        </p>
      </section>
    </>
  )
}

const filterNames: Record<TableFilter, MessageKey> = {
  all: 'progress.show.all',
  call: 'progress.show.call',
  'catch-up': 'progress.show.catch-up',
  'up-to-date': 'progress.show.up-to-date',
}

const orderNames: Record<TableOrder, MessageKey> = {
  call: 'progress.order.call',
  name: 'progress.order.name',
  completion: 'progress.order.completion',
  presence: 'progress.order.presence',
  since: 'progress.order.since',
}
