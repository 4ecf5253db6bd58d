import { formOf } from '#http/form.ts'
import type { WaitingKind, WaitingSource } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { nearnesses, nearnessOf } from '#modules/waiting/order.ts'
import { WaitingList } from '#modules/waiting/views/waiting-list.tsx'
import { kindsOf, type Waiting } from '#modules/waiting/waiting.ts'
import { actNames, acts, kindName } from '#modules/waiting/words.ts'
import { Choices, Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const headings = {
  late: 'waiting.late',
  week: 'waiting.week',
  month: 'waiting.month',
  none: 'waiting.undated',
} as const

/** What waits for the reader, by how near its date is. */
export function WaitingPage(props: {
  network: Network
  sources: readonly WaitingSource[]
  rows: readonly Waiting[]
  /** How many more there are of kinds the reader does not want to see. */
  silencedRows: number
  silent: string[]
  act: WaitingKind['act'] | undefined
  now: Date
}) {
  const { network, sources, rows, act, now } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const shown = act ? rows.filter(row => row.act === act) : rows
  return (
    <NetworkLayout of={network} title={t('waiting.name')} description={t('waiting.lede')} noIndex>
      <div class="listing waiting-page">
        <h1>{t('waiting.name')}</h1>
        <p class="lede">{t('waiting.lede')}</p>
        {rows.length > 0 && (
          <nav class="tags chosen" aria-label={t('waiting.filter')}>
            <a
              class={act ? 'tag' : 'tag on'}
              href={href('waiting', here)}
              aria-current={act ? undefined : 'page'}
            >
              {t('waiting.filter.all')} <small>{rows.length}</small>
            </a>
            {acts
              .filter(one => one === act || rows.some(row => row.act === one))
              .map(one => (
                <a
                  key={one}
                  class={one === act ? 'tag on' : 'tag'}
                  href={href('waiting', here, new URLSearchParams({ act: one }))}
                  aria-current={one === act ? 'page' : undefined}
                >
                  {t(actNames[one])} <small>{rows.filter(row => row.act === one).length}</small>
                </a>
              ))}
          </nav>
        )}
        {shown.length === 0 && props.silencedRows === 0 && <p>{t('waiting.nothing')}</p>}
        {nearnesses.map(nearness => {
          const near = shown.filter(row => nearnessOf(row, now) === nearness)
          if (near.length === 0) return null
          const list = <WaitingList network={network} sources={sources} rows={near} now={now} />
          if (nearness === 'later')
            return (
              <details key={nearness} open={near.length === shown.length}>
                <summary>{t('waiting.later', { count: near.length })}</summary>
                {list}
              </details>
            )
          return (
            <section key={nearness}>
              <h2>{t(headings[nearness])}</h2>
              {list}
            </section>
          )
        })}
        {props.silencedRows > 0 && <p>{t('waiting.silenced', { count: props.silencedRows })}</p>}
        <p class="digest-link">
          <a href={href('waitingDigest', here)}>{t('waiting.digest.see')}</a>
        </p>
        <Silences network={network} sources={sources} silent={props.silent} />
      </div>
    </NetworkLayout>
  )
}

/** Every kind can be left out of sight, in the list and in the digest alike. */
function Silences(props: { network: Network; sources: readonly WaitingSource[]; silent: string[] }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: props.network.slug }
  const choices = Object.keys(kindsOf(props.sources))
    .map(kind => ({ value: kind, label: kindName(i18n, kind) }))
    .sort((one, other) => i18n.compare(one.label, other.label))
  return (
    <details class="silences">
      <summary>{t('waiting.silence')}</summary>
      <Form
        action={href('waitingSilences', here)}
        state={formOf({ kinds: props.silent })}
        submit={t('waiting.silence.submit')}
      >
        <Choices
          name="kinds"
          label={t('waiting.silence.kinds')}
          state={formOf({ kinds: props.silent })}
          choices={choices}
          several
        />
      </Form>
      <p>
        {t('waiting.silence.mail')}{' '}
        <a href={href('accountMail', { locale })}>{t('waiting.silence.mail.link')}</a>
      </p>
    </details>
  )
}
