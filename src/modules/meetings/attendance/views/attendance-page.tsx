import { href } from '#http/routes.ts'
import type {
  Attendance,
  AttendanceQuery,
  AttendanceTotals,
  Counted,
} from '#modules/meetings/attendance/attendance.ts'
import { periodOf } from '#modules/meetings/attendance/attendance-manuscript.ts'
import { durationOf } from '#modules/meetings/door/sheet.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'

type View = 'meetings' | 'people' | 'organisations' | 'presences' | 'absences'

interface AttendancePageProps {
  network: Network
  query: AttendanceQuery
  view: View
  totals: AttendanceTotals
  groups: { id: string; name: string }[]
  names: { group: string | null; meeting: string | null; organisation: string | null; person: string | null }
  counted: Counted[] | null
  attendance: Attendance[] | null
  next: string | null
}

/** The numbers first: each leads to what it counts, below. */
export function AttendancePage(props: AttendancePageProps) {
  const { network, query, view, totals, counted, attendance } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const search = asSearch(query)
  const empty = (counted ?? attendance ?? []).length === 0
  return (
    <NetworkLayout of={network} title={t('attendance.name')} noIndex>
      <div class="listing attendance">
        <h1>{t('attendance.name')}</h1>
        <p class="lede">{periodOf(query, i18n)}</p>
        <Filters {...props} />
        <Numbers {...props} />
        <h2>{t(viewNames[view])}</h2>
        {empty ? (
          <p>{t('attendance.none')}</p>
        ) : attendance ? (
          <Presences {...props} rows={attendance} />
        ) : (
          <Countings {...props} rows={counted ?? []} />
        )}
        <MoreLink next={props.next} />
        {totals.presences > 0 && (
          <p class="buttons no-print">
            {(['csv', 'xlsx', 'pdf'] as const).map(extension => (
              <a
                key={extension}
                class="button quiet"
                href={href('attendanceExport', { ...here, file: `attendance.${extension}` }, search)}
              >
                {t(exportNames[extension])}
              </a>
            ))}
          </p>
        )}
        <p>
          <small>{t('attendance.method')}</small>
        </p>
      </div>
    </NetworkLayout>
  )
}

const exportNames = {
  csv: 'attendance.csv',
  xlsx: 'attendance.xlsx',
  pdf: 'attendance.pdf',
} as const satisfies Record<string, MessageKey>

const viewNames: Record<View, MessageKey> = {
  meetings: 'attendance.meetings',
  people: 'attendance.people',
  organisations: 'organisations.name',
  presences: 'attendance.presences',
  absences: 'attendance.absences',
}

function Filters({ network, query, groups, names, view }: AttendancePageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const chosen = [
    { name: names.meeting, change: { meetingId: null } },
    { name: names.organisation, change: { organisation: null } },
    { name: names.person, change: { person: null } },
  ].filter(one => one.name !== null)
  return (
    <>
      <search>
        <form class="narrow" method="get" action={href('attendance', here)}>
          <label>
            {t('attendance.from')}
            <input type="date" name="from" value={query.from ?? ''} />
          </label>
          <label>
            {t('attendance.to')}
            <input type="date" name="until" value={query.until ?? ''} />
          </label>
          {groups.length > 0 && (
            <label>
              {t('attendance.group')}
              <select name="group">
                <option value="">{t('attendance.every-group')}</option>
                {groups.map(group => (
                  <option key={group.id} value={group.id} selected={group.id === query.groupId}>
                    {group.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          {query.organisation && <input type="hidden" name="organisation" value={query.organisation} />}
          {query.person && <input type="hidden" name="person" value={query.person} />}
          {query.meetingId && <input type="hidden" name="meeting" value={query.meetingId} />}
          <input type="hidden" name="show" value={view} />
          <button type="submit" class="button">
            {t('attendance.show')}
          </button>
        </form>
      </search>
      {chosen.length > 0 && (
        <p class="tags chosen">
          {chosen.map(({ name, change }) => (
            <a
              key={name}
              class="tag on"
              href={href('attendance', here, asSearch({ ...query, ...change }, view))}
              aria-label={t('list.remove', { name: name ?? '' })}
            >
              {name} ×
            </a>
          ))}
        </p>
      )}
    </>
  )
}

function Numbers({ network, query, totals, view }: AttendancePageProps) {
  const { t, locale, number } = useFrame().i18n
  const here = { locale, network: network.slug }
  const shown = [
    ['meetings', number(totals.meetings)],
    ['people', number(totals.people)],
    ['organisations', number(totals.organisations)],
    ['presences', number(totals.presences)],
    ['absences', number(totals.absences)],
  ] as const
  return (
    <ul class="numbers">
      {shown.map(([name, value]) => (
        <li key={name}>
          <a
            href={href('attendance', here, asSearch(query, name))}
            aria-current={name === view ? 'true' : undefined}
          >
            <strong>{value}</strong> {t(viewNames[name])}
          </a>
        </li>
      ))}
      <li>
        <a href={href('attendance', here, asSearch(query, 'presences'))}>
          <strong>{durationOf(totals.minutes, t)}</strong> {t('attendance.hours')}
        </a>
      </li>
    </ul>
  )
}

function Countings({ network, query, view, rows }: AttendancePageProps & { rows: Counted[] }) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  const here = { locale, network: network.slug }
  const narrowed = (row: Counted, show: View) => {
    const change =
      view === 'meetings'
        ? { meetingId: row.key }
        : view === 'people'
          ? { person: row.key }
          : { organisation: row.key }
    return href('attendance', here, asSearch({ ...query, ...change }, show))
  }
  return (
    <table class="roll cards">
      <thead>
        <tr>
          <th scope="col">{t(viewNames[view])}</th>
          <th scope="col" class="n">
            {t('attendance.presences')}
          </th>
          {view !== 'people' && (
            <th scope="col" class="n">
              {t('attendance.people')}
            </th>
          )}
          {view !== 'organisations' && (
            <th scope="col" class="n">
              {t('attendance.absences')}
            </th>
          )}
          <th scope="col" class="n">
            {t('attendance.hours')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.key}>
            <td>
              <PageLink row={row} view={view} network={network} />
              {row.startsAt && row.timeZone && (
                <small class="block">{i18n.moment(row.startsAt, row.timeZone)}</small>
              )}
            </td>
            <td class="n" data-label={t('attendance.presences')}>
              <a href={narrowed(row, 'presences')}>{number(row.presences)}</a>
            </td>
            {view !== 'people' && (
              <td class="n" data-label={t('attendance.people')}>
                <a href={narrowed(row, 'people')}>{number(row.people)}</a>
              </td>
            )}
            {view !== 'organisations' && (
              <td class="n" data-label={t('attendance.absences')}>
                {row.absences > 0 ? (
                  <a href={narrowed(row, 'absences')}>{number(row.absences)}</a>
                ) : (
                  number(0)
                )}
              </td>
            )}
            <td class="n" data-label={t('attendance.hours')}>
              {durationOf(row.minutes, t)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** To the page of what is counted, where it has one. */
function PageLink({ row, view, network }: { row: Counted; view: View; network: Network }) {
  const { locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  if (row.id === null) return <span class="who">{row.name}</span>
  const address =
    view === 'meetings'
      ? href('meeting', { ...here, meeting: row.id })
      : view === 'people'
        ? href('person', { ...here, person: row.id })
        : href('organisation', { ...here, organisation: row.id })
  return (
    <a class="who" href={address}>
      {row.name}
    </a>
  )
}

function Presences({ network, rows }: AttendancePageProps & { rows: Attendance[] }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  return (
    <table class="roll cards">
      <thead>
        <tr>
          <th scope="col">{t('attendance.column.person')}</th>
          <th scope="col">{t('attendance.column.organisation')}</th>
          <th scope="col">{t('attendance.column.meeting')}</th>
          <th scope="col" class="n">
            {t('attendance.column.hours')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.registrationId}>
            <td>
              {row.personId ? (
                <a class="who" href={href('person', { ...here, person: row.personId })}>
                  {row.name}
                </a>
              ) : (
                <span class="who">{row.name}</span>
              )}
            </td>
            <td>{row.organisation}</td>
            <td>
              <a href={href('meeting', { ...here, meeting: row.meetingId })}>{row.meeting}</a>
              <small class="block">{i18n.moment(row.startsAt, row.timeZone)}</small>
            </td>
            <td class="n" data-label={t('attendance.column.hours')}>
              {row.minutes > 0 && durationOf(row.minutes, t)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function asSearch(query: AttendanceQuery, show?: View): URLSearchParams {
  const search = new URLSearchParams({ from: query.from ?? '' })
  if (query.until) search.set('until', query.until)
  if (query.groupId) search.set('group', query.groupId)
  if (query.meetingId) search.set('meeting', query.meetingId)
  if (query.organisation) search.set('organisation', query.organisation)
  if (query.person) search.set('person', query.person)
  if (show) search.set('show', show)
  return search
}
