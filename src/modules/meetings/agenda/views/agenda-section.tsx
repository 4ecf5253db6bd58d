import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { AgendaItem } from '#modules/meetings/agenda/agenda.ts'
import type { OpenedMeeting } from '#modules/meetings/meetings.ts'
import type { Network } from '#modules/network/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface AgendaProps {
  network: Network
  opened: OpenedMeeting
  items: (AgendaItem & { startsAt: Date | null })[]
  proposals: AgendaItem[]
  personId: string | null
}

const answers = {
  proposed: 'meetings.contribution.proposed',
  accepted: 'meetings.contribution.accepted',
  declined: 'meetings.contribution.declined',
} as const

/** The agenda on the meeting's page, with what waits for an answer and the way to propose something. */
export function AgendaSection(props: AgendaProps) {
  const { network, opened, items, proposals, personId } = props
  const { meeting, mayTakePart, mayRun } = opened
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const open = meeting.state === 'scheduled' && meeting.endsAt > new Date()
  const proposes = mayTakePart && personId !== null && !mayRun && open
  if (items.length === 0 && proposals.length === 0 && !proposes) return null
  return (
    <section aria-labelledby="agenda">
      <h2 id="agenda">{t('meetings.agenda')}</h2>
      {items.length === 0 ? (
        <p>{t('meetings.agenda.empty')}</p>
      ) : (
        <ol class="agenda">
          {items.map(item => (
            <AgendaLine key={item.id} item={item} timeZone={meeting.timeZone} />
          ))}
        </ol>
      )}
      {proposals.map(proposal => (
        <Proposal key={proposal.id} {...props} proposal={proposal} />
      ))}
      {proposes && (
        <p>
          <a href={href('contributions', here)}>{t('meetings.contribution.propose')}</a>
        </p>
      )}
    </section>
  )
}

export function AgendaLine({
  item,
  timeZone,
  children,
}: {
  item: AgendaItem & { startsAt: Date | null }
  timeZone: string
  children?: ComponentChildren
}) {
  const { i18n } = useFrame()
  const { t } = i18n
  return (
    <li id={`item-${item.id}`}>
      <span class="time">{item.startsAt && i18n.clock(item.startsAt, timeZone)}</span>
      <div>
        <strong>{item.title}</strong>
        <small>
          {[
            item.speaker || item.proposedBy?.name,
            item.minutes && t('meetings.agenda.minutes', { count: item.minutes }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </small>
        {item.details && (
          <div
            class="prose"
            dangerouslySetInnerHTML={{ __html: renderMarkdown(item.details, { headingShift: 3 }) }}
          />
        )}
        {children}
      </div>
    </li>
  )
}

function Proposal({ network, opened, personId, proposal }: AgendaProps & { proposal: AgendaItem }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: opened.meeting.id, item: proposal.id }
  const own = proposal.proposedBy?.id === personId
  const minutes = proposal.minutes && t('meetings.agenda.minutes', { count: proposal.minutes })
  return (
    <div class="proposal">
      <p>
        <strong>{proposal.title}</strong>{' '}
        <small>
          {[proposal.proposedBy?.name, minutes, t(answers[proposal.state])].filter(Boolean).join(' · ')}
        </small>
      </p>
      {proposal.answer && <p>{proposal.answer}</p>}
      {opened.mayRun && proposal.state === 'proposed' && (
        <form method="post" action={href('agendaItemDecision', here)} class="decision">
          <label for={`answer-${proposal.id}`}>{t('meetings.contribution.answer')}</label>
          <input id={`answer-${proposal.id}`} type="text" name="answer" maxLength={1000} />
          <p class="buttons">
            <button type="submit" class="button" name="state" value="accepted">
              {t('meetings.contribution.accept')}
            </button>
            <button type="submit" class="button quiet" name="state" value="declined">
              {t('meetings.contribution.decline')}
            </button>
          </p>
        </form>
      )}
      {own && proposal.state === 'proposed' && (
        <ActionButton
          action={href('contributionRemoval', here)}
          label={t('meetings.contribution.take-back')}
        />
      )}
    </div>
  )
}
