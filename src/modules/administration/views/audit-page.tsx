import { actionName } from '#modules/administration/actions.ts'
import type { AuditQuery } from '#modules/administration/audit-pages.ts'
import { addressesOf } from '#modules/administration/scope.ts'
import { AdministrationLayout } from '#modules/administration/views/administration-layout.tsx'
import type { Network } from '#modules/network/index.ts'
import type { Change } from '#platform/audit/changes.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'

/** Who did what, under which name, when, and what it was before. */
export function AuditPage(props: {
  network: Network | null
  timeZone: string
  query: AuditQuery
  changes: Change[]
  next: number | null
  actions: string[]
  names: Map<string, string>
}) {
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const { network, query } = props
  const at = addressesOf(network, locale)
  const address = at.audit()
  const narrowed = new URLSearchParams()
  for (const name of ['action', 'from', 'to', 'account'] as const)
    if (query[name]) narrowed.set(name, query[name])
  const older = new URLSearchParams(narrowed)
  if (props.next !== null) older.set('after', String(props.next))
  // The installation has accounts, and no names for them: who they are, each network knows of its own.
  const nameOf = (id: string) =>
    props.names.get(id) ?? (network ? t('audit.someone') : t('audit.account', { id: id.slice(-8) }))
  return (
    <AdministrationLayout of={network} title={t('audit.title')}>
      <p>{t('audit.lede')}</p>
      <form class="narrow" action={address}>
        <label>
          {t('audit.action')}
          <select name="action">
            <option value="">{t('audit.all')}</option>
            {props.actions.map(action => (
              <option key={action} value={action} selected={action === query.action}>
                {actionName(action, i18n)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('audit.from')}
          <input type="date" name="from" value={query.from} />
        </label>
        <label>
          {t('audit.to')}
          <input type="date" name="to" value={query.to} />
        </label>
        {query.account && <input type="hidden" name="account" value={query.account} />}
        <button type="submit" class="button quiet">
          {t('audit.narrow')}
        </button>
      </form>
      {props.changes.length === 0 ? (
        <p>{t('audit.none')}</p>
      ) : (
        <ol class="log" reversed start={props.changes[0]?.seq}>
          {props.changes.map(change => (
            <li key={change.seq}>
              <p>
                <time dateTime={change.at.toISOString()}>{moment(change.at, props.timeZone)}</time>
                <strong>{actionName(change.action, i18n)}</strong>
                {props.names.has(change.subject.id) && <span>{nameOf(change.subject.id)}</span>}
                <small>
                  {change.actor.accountId ? (
                    <a href={`${address}?${new URLSearchParams({ account: change.actor.accountId })}`}>
                      {nameOf(change.actor.accountId)}
                    </a>
                  ) : (
                    t(originNames[change.actor.origin])
                  )}
                  {change.actor.tokenId && ` · ${t('audit.by-key')}`}
                </small>
              </p>
              {(change.before || change.after) && <Difference change={change} />}
            </li>
          ))}
        </ol>
      )}
      {(query.after !== undefined || props.next !== null) && (
        <nav class="pager" aria-label={t('audit.pages')}>
          {query.after !== undefined && <a href={`${address}?${narrowed}`}>{t('audit.newest')}</a>}
          {props.next !== null && (
            <a class="button quiet" href={`${address}?${older}`} rel="next">
              {t('audit.older')}
            </a>
          )}
        </nav>
      )}
      <p class="downloads">
        {t('audit.export')} <a href={at.auditExport('audit.csv', narrowed)}>CSV</a>
        {' · '}
        <a href={at.auditExport('audit.jsonl', narrowed)}>JSON Lines</a>
      </p>
    </AdministrationLayout>
  )
}

const originNames: Record<Change['actor']['origin'], MessageKey> = {
  page: 'audit.origin.page',
  api: 'audit.origin.api',
  command: 'audit.origin.command',
  job: 'audit.origin.job',
  mail: 'audit.origin.mail',
}

function Difference({ change }: { change: Change }) {
  const { t } = useFrame().i18n
  const names = [...new Set([...Object.keys(change.before ?? {}), ...Object.keys(change.after ?? {})])]
  return (
    <details>
      <summary>{t('audit.details', { count: names.length })}</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>{t('audit.field')}</th>
              <th>{t('audit.before')}</th>
              <th>{t('audit.after')}</th>
            </tr>
          </thead>
          <tbody>
            {names.map(name => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{shown(change.before?.[name])}</td>
                <td>{shown(change.after?.[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '—'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
