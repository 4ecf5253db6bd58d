import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { AgendaItem } from '#modules/meetings/agenda/agenda.ts'
import { AgendaSection } from '#modules/meetings/agenda/views/agenda-section.tsx'
import type { OpenedMeeting } from '#modules/meetings/meetings.ts'
import { RegistrationPanel } from '#modules/meetings/registrations/views/registration-panel.tsx'
import { stateNames, visibilityNames } from '#modules/meetings/views/names.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface MeetingPageProps {
  network: Network
  opened: OpenedMeeting
  items: (AgendaItem & { startsAt: Date | null })[]
  proposals: AgendaItem[]
  /** Who reads; null for a visitor. */
  personId: string | null
  problem?: string | undefined
  scripts: string[]
  /** What else there is of it: its day, what was said. */
  children?: ComponentChildren
}

export function MeetingPage(props: MeetingPageProps) {
  const { network, opened } = props
  const { meeting, mayRun } = opened
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const now = new Date()
  const underWay = meeting.state === 'scheduled' && meeting.startsAt <= now && now < meeting.endsAt
  return (
    <NetworkLayout
      of={network}
      title={meeting.title}
      description={meeting.about.slice(0, 200)}
      scripts={props.scripts}
      noIndex={meeting.visibility !== 'public'}
    >
      <article class="meeting">
        <p class="crumbs">
          <a href={href('meetings', here)}>{t('meetings.name')}</a>
          {meeting.group && (
            <>
              {' › '}
              <a href={href('group', { ...here, group: meeting.group.slug })}>{meeting.group.name}</a>
            </>
          )}
        </p>
        {(meeting.state !== 'scheduled' || meeting.visibility === 'group' || underWay) && (
          <p class="kicker">
            {meeting.state !== 'scheduled' && <strong>{t(stateNames[meeting.state])}</strong>}
            {underWay && <strong>{t('meetings.under-way')}</strong>}
            {meeting.visibility === 'group' && <span>{t(visibilityNames.group)}</span>}
          </p>
        )}
        <h1 lang={meeting.language === locale ? undefined : meeting.language}>{meeting.title}</h1>
        {props.problem && (
          <div class="problems" role="alert">
            <p>{props.problem}</p>
          </div>
        )}
        {meeting.state === 'cancelled' && meeting.cancellation && (
          <p class="notice cancellation">{meeting.cancellation}</p>
        )}
        <Facts {...props} />
        <HostQuestion {...props} />
        <RegistrationPanel network={network} opened={opened} inside={props.personId !== null} />
        {mayRun && <RunningTools {...props} />}
        <Text title={t('meetings.about')} text={meeting.about} lang={meeting.language} />
        <Text title={t('meetings.preparation')} text={meeting.preparation} lang={meeting.language} />
        <AgendaSection {...props} />
        {props.children}
      </article>
    </NetworkLayout>
  )
}

function Facts({ network, opened }: MeetingPageProps) {
  const { i18n, viewer } = useFrame()
  const { t, locale } = i18n
  const { meeting } = opened
  const { startsAt, endsAt, timeZone, place, address, videoUrl, hasVideo, hostOrganisation, hostPerson } =
    meeting
  const here = { locale, network: network.slug, meeting: meeting.id }
  // Of what will not be, or has been, nobody looks for a host.
  const ahead = meeting.state === 'scheduled' || meeting.state === 'draft'
  const hostState = ahead ? meeting.hostState : null
  const zone = viewer?.timeZone ?? network.timeZone
  const theirs = i18n.period(startsAt, endsAt, zone)
  const shown = i18n.period(startsAt, endsAt, timeZone)
  return (
    <dl class="meeting-facts">
      <div>
        <dt>{t('meetings.when')}</dt>
        <dd>
          <time dateTime={startsAt.toISOString()}>{shown}</time>
          {zone !== timeZone && (
            <small>
              {i18n.zone(timeZone)}
              {theirs !== shown && ` · ${t('meetings.when.yours', { when: theirs })}`}
            </small>
          )}
          {(meeting.state === 'scheduled' || meeting.state === 'cancelled') && (
            <small>
              <a href={href('meetingFile', { ...here, file: 'meeting.ics' })} download>
                {t('meetings.to-calendar')}
              </a>
            </small>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('meetings.where')}</dt>
        <dd>
          {place || (!address && hostOrganisation?.name)}
          {address && <small>{address}</small>}
          {videoUrl ? (
            <small>
              <a href={videoUrl}>{t('meetings.video-link')}</a>
            </small>
          ) : (
            hasVideo && <small>{t('meetings.video-hidden')}</small>
          )}
          {!place && !address && !hostOrganisation && !hasVideo && t('meetings.where.open')}
        </dd>
      </div>
      {(hostOrganisation || hostPerson || hostState === 'sought') && (
        <div>
          <dt>{t('meetings.host')}</dt>
          <dd>
            {[hostPerson?.name, hostOrganisation?.name].filter(Boolean).join(', ')}
            {hostState === 'asked' && <small>{t('meetings.host.asked')}</small>}
            {hostState === 'sought' && t('meetings.host.sought')}
          </dd>
        </div>
      )}
      {meeting.state !== 'draft' && (
        <div>
          <dt>{t('meetings.registered')}</dt>
          <dd>
            {meeting.capacity === null
              ? t('meetings.registered.count', { count: meeting.places.registered })
              : t('meetings.registered.of', { count: meeting.places.registered, capacity: meeting.capacity })}
            {meeting.places.waiting > 0 && (
              <small>{t('meetings.waiting.count', { count: meeting.places.waiting })}</small>
            )}
          </dd>
        </div>
      )}
    </dl>
  )
}

/** Whoever is asked to receive it answers here; who said yes may still withdraw. */
function HostQuestion({ network, opened, personId }: MeetingPageProps) {
  const { t, locale } = useFrame().i18n
  const { meeting } = opened
  if (meeting.hostPerson === null || meeting.hostPerson.id !== personId) return null
  if (meeting.state === 'cancelled' || meeting.state === 'held' || meeting.endsAt < new Date()) return null
  const action = href('meetingHost', { locale, network: network.slug, meeting: meeting.id })
  return (
    <section class="notice host-question" aria-labelledby="host-question">
      <h2 id="host-question">
        {meeting.hostState === 'asked' ? t('meetings.host.question') : t('meetings.host.yours')}
      </h2>
      <p>{t('meetings.host.place')}</p>
      <div class="actions">
        {meeting.hostState === 'asked' && (
          <ActionButton action={action} label={t('meetings.host.yes')} fields={{ answer: 'confirmed' }} />
        )}
        <ActionButton
          action={action}
          label={meeting.hostState === 'asked' ? t('meetings.host.no') : t('meetings.host.withdraw')}
          fields={{ answer: 'withdrew' }}
          danger
        />
      </div>
    </section>
  )
}

/** What those who run it may do. */
function RunningTools({ network, opened }: MeetingPageProps) {
  const { t, locale } = useFrame().i18n
  const { meeting } = opened
  const here = { locale, network: network.slug, meeting: meeting.id }
  return (
    <nav class="tools no-print" aria-label={t('meetings.tools')}>
      {meeting.state === 'draft' && (
        <>
          <p>{t('meetings.draft.lede')}</p>
          <ActionButton action={href('meetingAnnouncement', here)} label={t('meetings.announce')} />
          <ActionButton action={href('meetingRemoval', here)} label={t('meetings.remove')} danger />
        </>
      )}
      {meeting.state !== 'cancelled' && <a href={href('meetingDetails', here)}>{t('meetings.change')}</a>}
      <a href={href('meetingAgenda', here)}>{t('meetings.agenda.manage')}</a>
      <a href={href('meetingRegistrations', here)}>
        {t('meetings.registrations.count', { count: meeting.places.registered + meeting.places.waiting })}
      </a>
      {meeting.state === 'scheduled' && meeting.startsAt > new Date() && (
        <a href={href('meetingInvitations', here)}>{t('meeting-invite.name')}</a>
      )}
      <a href={href('newMeeting', here, new URLSearchParams({ copy: meeting.id }))}>
        {t('meetings.duplicate')}
      </a>
      {meeting.state === 'scheduled' && (
        <a class="danger" href={href('meetingCancellation', here)}>
          {t('meetings.cancel')}
        </a>
      )}
    </nav>
  )
}

function Text({ title, text, lang }: { title: string; text: string; lang: string }) {
  const { locale } = useFrame().i18n
  if (text === '') return null
  return (
    <section>
      <h2>{title}</h2>
      <div
        class="prose"
        lang={lang === locale ? undefined : lang}
        dangerouslySetInnerHTML={{ __html: renderMarkdown(text, { headingShift: 2 }) }}
      />
    </section>
  )
}
