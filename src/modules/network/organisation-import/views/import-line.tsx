import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { LineProposal } from '#modules/network/organisation-import/findings.ts'
import { hasName, type ReportLine } from '#modules/network/organisation-import/keeping.ts'
import {
  comparedSaid,
  outcomeName,
  outcomeOf,
  problemSaid,
  reasonsSaid,
} from '#modules/network/organisation-import/words-said.ts'
import { useFrame } from '#ui/frame.ts'

/** A line of the file: what it is, what is wrong with it, and which organisation it may be. */
export function ImportLine(props: { network: Network; line: ReportLine; mayDecide: boolean }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { network, line, mayDecide } = props
  const outcome = outcomeName(line)
  const leads = line.organisationId && (line.outcome === 'created' || line.outcome === 'changed')
  const name = line.name || t('organisation-import.nameless')
  return (
    <li id={`line-${line.position}`}>
      <p>
        <small>{t('organisation-import.line-number', { line: line.line })}</small>{' '}
        <strong>
          {leads ? (
            <a
              href={href('organisation', {
                locale,
                network: network.slug,
                organisation: line.organisationId ?? '',
              })}
            >
              {name}
            </a>
          ) : (
            name
          )}
        </strong>
        {line.town && ` · ${line.town}`}
        {line.people > 0 && ` · ${t('organisation-import.people', { count: line.people })}`}{' '}
        <span class={`tag outcome-${outcome}`}>{outcomeOf(line, i18n)}</span>
      </p>
      {line.problems.length > 0 && (
        <ul class="problems-of-line">
          {line.problems.map((problem, index) => (
            <li key={index} class={problem.code === 'no-name' ? 'failure' : undefined}>
              {problemSaid(problem, i18n)}
            </li>
          ))}
        </ul>
      )}
      {line.proposals.length > 0 &&
        line.state === 'ready' &&
        (mayDecide ? (
          <Decision line={line} />
        ) : (
          <ul class="problems-of-line">
            {line.proposals.slice(0, 1).map((proposal, index) => (
              <li key={index}>
                <Reasons proposal={proposal} />
              </li>
            ))}
          </ul>
        ))}
    </li>
  )
}

const ways = ['complete', 'overwrite', 'leave'] as const

/** The same as one of those proposed, in one of three ways; or another. */
function Decision({ line }: { line: ReportLine }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const chosen = choiceOf(line)
  const name = `line.${line.position}`
  return (
    <div class="decision">
      <ul class="problems-of-line">
        {line.proposals.map((proposal, index) => (
          <li key={index}>
            <Reasons proposal={proposal} />
            {(proposal.fills.length > 0 || proposal.differs.length > 0) && (
              <small>
                {proposal.fills.length > 0 &&
                  t('organisation-import.fills', { fields: comparedSaid(proposal.fills, i18n) })}{' '}
                {proposal.differs.length > 0 &&
                  t('organisation-import.differs', { fields: comparedSaid(proposal.differs, i18n) })}
              </small>
            )}
          </li>
        ))}
      </ul>
      <label>
        {t('organisation-import.decision')}
        <select name={name}>
          {chosen === null && <option value="">{t('organisation-import.decision.open')}</option>}
          {line.proposals.map((proposal, index) => (
            <optgroup key={index} label={t('organisation-import.decision.same', { name: proposal.name })}>
              {ways.map(way => (
                <option key={way} value={`${way}:${index}`} selected={chosen === `${way}:${index}`}>
                  {t(wayNames[way])}
                </option>
              ))}
            </optgroup>
          ))}
          {!line.proposals.some(hasName) && (
            <option value="new" selected={chosen === 'new'}>
              {t('organisation-import.decision.new')}
            </option>
          )}
        </select>
      </label>
      {line.proposals.some(hasName) && <small>{t('organisation-import.decision.same-name')}</small>}
    </div>
  )
}

const wayNames = {
  complete: 'organisation-import.decision.complete',
  overwrite: 'organisation-import.decision.overwrite',
  leave: 'organisation-import.decision.leave',
} as const

function Reasons({ proposal }: { proposal: LineProposal }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const reasons = reasonsSaid(proposal.reasons, i18n)
  const { name, line } = proposal
  return (
    <span>
      {line === null
        ? t('organisation-import.proposal', { name, reasons })
        : t('organisation-import.proposal.line', { name, line, reasons })}
    </span>
  )
}

/** As the form says it; null while it is to be decided. */
function choiceOf(line: ReportLine): string | null {
  if (line.decision === null || line.decision === 'new') return line.decision
  const index = line.proposals.findIndex(({ organisation, position }) =>
    line.sameAs === null ? position === line.sameAsPosition : organisation === line.sameAs,
  )
  return `${line.decision}:${Math.max(index, 0)}`
}
