import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { Resembling } from '#modules/network/organisation-import/affiliated.ts'
import type { OrganisationImport } from '#modules/network/organisation-import/imports.ts'
import { type LineView, lineViews, type ReportLine } from '#modules/network/organisation-import/keeping.ts'
import { countsSaid } from '#modules/network/organisation-import/report.ts'
import { AffiliatedLines } from '#modules/network/organisation-import/views/affiliated-lines.tsx'
import { ImportLine } from '#modules/network/organisation-import/views/import-line.tsx'
import { StateTag } from '#modules/network/organisation-import/views/parts.tsx'
import { failureSaid } from '#modules/network/organisation-import/words-said.ts'
import { MoreLink } from '#modules/network/views/more-link.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import type { Progress } from '#platform/jobs/progress.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const refreshSeconds = 3

const viewNames: Record<LineView, MessageKey> = {
  all: 'organisation-import.view.all',
  undecided: 'organisation-import.view.undecided',
  proposed: 'organisation-import.view.proposed',
  problems: 'organisation-import.view.problems',
  created: 'organisation-import.view.created',
  changed: 'organisation-import.view.changed',
  refused: 'organisation-import.view.refused',
}

interface ImportPageProps {
  network: Network
  one: OrganisationImport
  form: FormState
  view: LineView
  lines: ReportLine[]
  next: number | null
  /** How far what is under way has come, where that is known. */
  progress: Progress | null
  mayInvite: boolean
  /** Who of those it brought in cannot sign in yet, and who can be invited; null before it is done. */
  contacts: { accountless: number; invitable: number } | null
  /** What of it affiliated networks seem to have. */
  affiliated: Resembling[]
}

/** One import from the moment its columns are known: what would be done, what is being done, what was done. */
export function ImportPage(props: ImportPageProps) {
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const { network, one, form } = props
  const here = { locale, network: network.slug, id: one.id }
  const moving = one.state === 'checking' || one.state === 'importing'
  const done = one.state === 'done' || one.state === 'undone'
  return (
    <NetworkLayout of={network} title={one.name} refresh={moving ? refreshSeconds : undefined} noIndex>
      <div class="organisation-import">
        <p class="crumbs">
          <a href={href('organisations', here)}>{t('organisations.name')}</a> ›{' '}
          <a href={href('organisationImports', here)}>{t('organisation-import.name')}</a>
        </p>
        <h1 class="file-name">{one.name}</h1>
        <p>
          <StateTag state={one.state} />{' '}
          <time dateTime={one.createdAt.toISOString()}>{moment(one.createdAt, network.timeZone)}</time>
        </p>
        {form.errors[''] && (
          <p class="failure" role="alert">
            {form.errors['']}
          </p>
        )}
        {one.failure && <p class="failure">{failureSaid(one.failure, i18n)}</p>}
        {moving && <p>{t('organisation-import.moving', { seconds: refreshSeconds })}</p>}
        {props.progress && <HowFar progress={props.progress} />}
        {one.state === 'failed' && (
          <p class="buttons">
            <a class="button" href={href('organisationImports', here)}>
              {t('organisation-import.another')}
            </a>
          </p>
        )}
        {!moving && one.state !== 'failed' && (
          <>
            <ul class="counts">
              {countsSaid(one, i18n).map(said => (
                <li key={said}>{said}</li>
              ))}
            </ul>
            {/* Before what imports: left for later, it would be two organisations. */}
            <AffiliatedLines
              network={network}
              id={one.id}
              lines={props.affiliated}
              mayTake={props.mayInvite}
            />
            {one.state === 'checked' && <Next {...props} />}
            {done && <Afterwards {...props} />}
            <Lines {...props} />
          </>
        )}
      </div>
    </NetworkLayout>
  )
}

function HowFar({ progress: { done, total, text } }: { progress: Progress }) {
  const { t, number, maybe } = useFrame().i18n
  const phase = text ? maybe(text, '') : ''
  return (
    <p class="progress">
      <progress
        value={total === null ? undefined : done}
        max={total ?? undefined}
        aria-label={phase || t('jobs.progress.label')}
      />
      <small>
        {[phase, total !== null && t('jobs.progress.of', { done: number(done), total: number(total) })]
          .filter(Boolean)
          .join(' · ')}
      </small>
    </p>
  )
}

/** What remains to be decided, or that nothing does. */
function Next({ network, one, mayInvite }: ImportPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, id: one.id }
  const { undecided, created, changed, unchanged, merged, people } = one.counts
  return (
    <section class="next">
      {undecided > 0 ? (
        <>
          <p>
            <strong>{t('organisation-import.undecided', { count: undecided })}</strong>
          </p>
          <form class="choices" method="post" action={href('organisationImportDecisions', here)}>
            <label>
              {t('organisation-import.all')}
              <select name="all">
                <option value="complete:undecided">{t('organisation-import.decision.complete')}</option>
                <option value="overwrite:undecided">{t('organisation-import.decision.overwrite')}</option>
                <option value="leave:undecided">{t('organisation-import.decision.leave')}</option>
                <option value="new:undecided">{t('organisation-import.decision.new')}</option>
              </select>
            </label>
            <button type="submit" class="button quiet">
              {t('organisation-import.decide-all')}
            </button>
          </form>
        </>
      ) : created + changed + merged + unchanged === 0 ? (
        <p>{t('organisation-import.error.nothing')}</p>
      ) : (
        <form class="form" method="post" action={href('organisationImportExecution', here)}>
          {mayInvite && people > 0 && (
            <label class="choice">
              <input type="checkbox" name="invite" value="on" />
              <span>
                {t('organisation-import.invite')}
                <small>{t('organisation-import.invite.hint')}</small>
              </span>
            </label>
          )}
          <p class="buttons">
            <button type="submit" class="button">
              {t('organisation-import.carry-out')}
            </button>
          </p>
        </form>
      )}
      <p class="after">
        <a href={href('organisationImportColumns', here)}>{t('organisation-import.change-columns')}</a>
        <ActionButton
          action={href('organisationImportRemoval', here)}
          label={t('organisation-import.discard')}
          danger
        />
      </p>
    </section>
  )
}

function Afterwards({ network, one, contacts, mayInvite }: ImportPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, id: one.id }
  return (
    <section class="next">
      {contacts !== null && contacts.accountless > 0 && (
        <>
          <p>
            {t('organisation-import.accountless', { count: contacts.accountless })}
            {contacts.invitable > 0 && !mayInvite && ` ${t('organisation-import.accountless.ask')}`}
            {contacts.invitable === 0 && ` ${t('organisation-import.accountless.invited')}`}
          </p>
          {contacts.invitable > 0 && mayInvite && (
            <ActionButton
              action={href('organisationImportExecution', here)}
              label={t('organisation-import.invite')}
              fields={{ invite: 'on' }}
            />
          )}
        </>
      )}
      <p class="buttons">
        <a class="button" href={href('organisations', here)}>
          {t('organisation-import.see')}
        </a>
      </p>
      {one.state === 'done' && (
        <details>
          <summary>{t('organisation-import.undo')}</summary>
          <p>{t('organisation-import.undo.hint')}</p>
          <ActionButton
            action={href('organisationImportUndoing', here)}
            label={t('organisation-import.undo.do')}
            danger
          />
        </details>
      )}
    </section>
  )
}

function Lines({ network, one, view, lines, next }: ImportPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, id: one.id }
  const mayDecide = one.state === 'checked'
  const list = (
    <ul class="import-lines">
      {lines.map(line => (
        <ImportLine key={line.position} network={network} line={line} mayDecide={mayDecide} />
      ))}
    </ul>
  )
  return (
    <section>
      <h2>{t('organisation-import.report')}</h2>
      <p class="views">
        {lineViews
          .filter(name => name !== 'undecided' || one.counts.undecided > 0)
          .map(name => (
            <a
              key={name}
              class="tag"
              href={href('organisationImport', here, new URLSearchParams({ view: name }))}
              aria-current={name === view ? 'true' : undefined}
            >
              {t(viewNames[name])}
            </a>
          ))}
        <a href={href('organisationImportReport', here)} download>
          {t('organisation-import.report.download')}
        </a>
      </p>
      {lines.length === 0 && <p>{t('organisation-import.view.none')}</p>}
      {mayDecide && lines.some(line => line.proposals.length > 0) ? (
        <form method="post" action={href('organisationImportDecisions', here)}>
          <input type="hidden" name="view" value={view} />
          {list}
          <p class="buttons">
            <button type="submit" class="button">
              {t('organisation-import.decide')}
            </button>
          </p>
        </form>
      ) : (
        list
      )}
      <MoreLink next={next === null ? null : String(next)} />
    </section>
  )
}
