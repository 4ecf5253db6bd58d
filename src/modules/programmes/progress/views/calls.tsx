import { href } from '#http/routes.ts'
import type { Capsule, Programme } from '#modules/programmes/programme.ts'
import { type Call, needsCall, needsInvitation, type Reason } from '#modules/programmes/progress/attention.ts'
import type { Contact } from '#modules/programmes/progress/contacts.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'

/** Who needs a call and why, the one who needs it most first. */
export function Calls(props: {
  network: { slug: string; timeZone: string }
  programme: Programme
  capsules: readonly Capsule[]
  calls: readonly Call[]
  contacts: ReadonlyMap<string, Contact>
  /** Of the group: where people are invited to it. */
  group: { slug: string }
}) {
  const { network, programme, capsules, contacts, group } = props
  const { i18n } = useFrame()
  const { t, locale, day } = i18n
  const here = { locale, network: network.slug, programme: programme.id }
  const calls = props.calls.filter(needsCall)
  const uninvited = props.calls.filter(needsInvitation).length
  return (
    <section class="calls">
      <h2>{t('calls.name')}</h2>
      {calls.length === 0 ? (
        <p>{t('calls.none')}</p>
      ) : (
        <ul class="calls-list">
          {calls.map(({ organisation, reasons, people, lastNudge }) => (
            <li key={organisation.id}>
              <h3>
                <a href={href('programmeCatchUp', { ...here, organisation: organisation.id })}>
                  {organisation.name}
                </a>
              </h3>
              <ul>
                {reasons.map(reason => (
                  <li key={reason.why}>{reasonText(reason, capsules, i18n)}</li>
                ))}
              </ul>
              <p class="muted">
                {[
                  people
                    .map(({ name, hasAccount }) => (hasAccount ? name : t('calls.no-account', { name })))
                    .join(', '),
                  lastNudge ? t('calls.nudged', { day: day(lastNudge, network.timeZone) }) : '',
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
              <Reached contact={contacts.get(organisation.id)} />
              {programme.state !== 'ended' && people.some(({ hasAccount }) => hasAccount) && (
                <p class="no-print">
                  <a
                    href={href(
                      'programmeNudges',
                      here,
                      new URLSearchParams({ organisation: organisation.id }),
                    )}
                  >
                    {t('nudge.write')}
                  </a>
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      {uninvited > 0 && (
        <p>
          {t('calls.uninvited', { count: uninvited })}{' '}
          <a href={href('groupInvitations', { ...here, group: group.slug })}>
            {t('calls.invite', { count: uninvited })}
          </a>
        </p>
      )}
      {programme.state !== 'ended' && (
        <p class="no-print">
          <a href={href('programmeNudges', here)}>{t('nudge.page')}</a>
        </p>
      )}
    </section>
  )
}

function Reached({ contact }: { contact: Contact | undefined }) {
  if (!contact?.phone && !contact?.email) return null
  const { phone, email } = contact
  return (
    <p>
      {phone && <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>{phone}</a>}
      {phone && email && ' · '}
      {email && <a href={`mailto:${email}`}>{email}</a>}
    </p>
  )
}

export function reasonText(reason: Reason, capsules: readonly Capsule[], i18n: I18n): string {
  const { t } = i18n
  switch (reason.why) {
    case 'nobody':
      return t('calls.why.nobody')
    case 'absent':
      return t('calls.why.absent', { count: reason.count })
    case 'never-signed-in':
      return t('calls.why.never-signed-in')
    case 'not-begun':
      return t('calls.why.not-begun', { count: reason.steps.length })
    case 'late':
      return t('calls.why.late', stepValues(reason.steps, capsules, i18n))
  }
}

const mostTitles = 4

/** What a message says of several steps: their number and their titles, of many the first three. */
export function stepValues(
  steps: readonly string[],
  capsules: readonly Capsule[],
  { list }: I18n,
): { count: number; more: number; steps: string } {
  const titles = titlesOf(steps, capsules)
  return { count: steps.length, more: steps.length - titles.length, steps: list(titles) }
}

/** Steps of one name are told apart by their capsule; of many, the first three. */
export function titlesOf(steps: readonly string[], capsules: readonly Capsule[]): string[] {
  const titles = steps.flatMap(id =>
    capsules.flatMap(capsule =>
      capsule.steps.filter(step => step.id === id).map(step => `${step.title} (${capsule.title})`),
    ),
  )
  return titles.length > mostTitles ? titles.slice(0, 3) : titles
}
