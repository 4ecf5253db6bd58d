import { href } from '#http/routes.ts'
import type { FulfilmentSection, ShownExpectation } from '#modules/programmes/progress/fulfilment-section.ts'
import type { Fulfilment } from '#modules/programmes/progress/fulfilments.ts'
import { stateNames } from '#modules/programmes/progress/views/names.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface FulfilmentsProps {
  network: { slug: string }
  section: FulfilmentSection
}

/** What a step expects, whether one's organisation has done it, and where one says so. */
export function Fulfilments({ network, section }: FulfilmentsProps) {
  const { t, day } = useFrame().i18n
  const { expectations, own } = section
  return (
    <section class="fulfilments" id="fulfilments">
      <h2>{t('fulfilment.heading')}</h2>
      {expectations.length === 0 && <p>{t('fulfilment.none-expected')}</p>}
      {own.map(
        ({ organisation, progress }) =>
          progress && (
            <p key={organisation.id} class="standing" data-state={progress.state}>
              <strong>{organisation.name}</strong> <span>{t(stateNames[progress.state])}</span>
              {progress.state === 'catching-up' && (
                <small> {t('rope.until', { day: day(progress.dueOn) })}</small>
              )}
            </p>
          ),
      )}
      <ol class="expectations">
        {expectations.map(expectation => (
          <li key={expectation.id}>
            <OneExpectation network={network} section={section} expectation={expectation} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function OneExpectation(props: FulfilmentsProps & { expectation: ShownExpectation }) {
  const { network, section, expectation } = props
  const { t, maybe, locale } = useFrame().i18n
  const { said, attendance, count, of, places, fulfilments, done } = expectation
  const here = { locale, network: network.slug, programme: section.programmeId, step: section.stepId }
  const own = section.own.map(({ organisation }) => organisation)
  const theirs = fulfilments.filter(({ organisation }) => own.some(({ id }) => id === organisation.id))
  const others = fulfilments.filter(one => !theirs.includes(one))
  const formFor = (values: Record<string, string>) =>
    href('programmeFulfilments', here, new URLSearchParams({ expectation: expectation.id, ...values }))
  const [only, ...more] = own
  return (
    <>
      <h3>{expectation.title}</h3>
      <p class="kicker">
        {[
          maybe(`expectation.kind.${expectation.kind}`, expectation.kind),
          expectation.optional ? t('expectation.optional') : '',
          t('fulfilment.count', { count, of }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <Details settings={expectation.settings} />
      {places.map(({ address, title, organisationId }) => (
        <p key={address}>
          <a href={address}>{attendance ? t('fulfilment.meeting') : title}</a>{' '}
          {done.length > 0 && (organisationId === null || done.includes(organisationId)) && (
            <span class="tag on">{t('progress.state.done')}</span>
          )}
        </p>
      ))}
      <Said network={network} section={section} fulfilments={theirs} />
      {maySay(section, expectation) && only && (
        <div class="say-so">
          {said && expectation.kind !== 'document' && theirs.length === 0 && more.length === 0 && (
            <ActionButton
              action={href('programmeFulfilments', here)}
              label={t('fulfilment.now')}
              fields={{ expectation: expectation.id, organisation: only.id }}
            />
          )}
          <a href={formFor({ organisation: only.id })}>
            {theirs.length > 0
              ? t('fulfilment.change')
              : expectation.kind === 'document'
                ? t('fulfilment.hand-in')
                : t('fulfilment.with-details')}
          </a>
        </div>
      )}
      {section.open && section.others.length > 0 && (said || attendance) && (
        <details>
          <summary>{t('fulfilment.of-others', { count: others.length })}</summary>
          <Said network={network} section={section} fulfilments={others} />
          <p>
            <a href={formFor({ others: '1' })}>{t('fulfilment.enter')}</a>
          </p>
        </details>
      )}
    </>
  )
}

/** By those who act for an organisation: also of a meeting that it was agreed to catch up with. */
function maySay({ own, open }: FulfilmentSection, { said, attendance }: ShownExpectation): boolean {
  const catchingUp = own.some(({ progress }) => progress?.arrangement?.kind === 'later')
  return open && own.length > 0 && (said || (attendance && catchingUp))
}

/** What there is to read, and what is asked for: as templates say it. */
function Details({ settings }: { settings: Record<string, unknown> }) {
  const { t } = useFrame().i18n
  const { links, parts, minutes, help, details } = settings as {
    links?: { title: string; url: string }[]
    parts?: string[]
    minutes?: number
    help?: string
    details?: string
  }
  return (
    <>
      {(help || details) && <p>{help || details}</p>}
      {((links?.length ?? 0) > 0 || (parts?.length ?? 0) > 0) && (
        <ul>
          {links?.map(({ title, url }) => (
            <li key={url}>
              <a href={url}>{title}</a>
            </li>
          ))}
          {parts?.map(part => (
            <li key={part}>{part}</li>
          ))}
        </ul>
      )}
      {minutes !== undefined && <p class="muted">{t('fulfilment.takes', { minutes })}</p>}
    </>
  )
}

function Said({
  network,
  section,
  fulfilments,
}: {
  network: { slug: string }
  section: FulfilmentSection
  fulfilments: readonly Fulfilment[]
}) {
  const { t, day, locale } = useFrame().i18n
  if (fulfilments.length === 0) return null
  const here = { locale, network: network.slug, programme: section.programmeId, step: section.stepId }
  return (
    <ul class="plain-list said">
      {fulfilments.map(one => (
        <li key={one.id}>
          <span>
            <strong>{one.organisation.name}</strong>{' '}
            {[
              t('fulfilment.done-on', { day: day(one.doneOn) }),
              one.person?.name ?? '',
              one.minutes === null ? '' : t('fulfilment.minutes-spent', { minutes: one.minutes }),
              one.enteredBy === 'own' ? '' : t(enteredNames[one.enteredBy]),
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
          {one.note && <p>{one.note}</p>}
          {one.file && (
            <p>
              <a href={href('file', { locale, network: network.slug, id: one.file.id })}>{one.file.name}</a>
            </p>
          )}
          {one.url && (
            <p>
              <a href={one.url}>{one.url}</a>
            </p>
          )}
          {section.open && (
            <ActionButton
              action={href('programmeFulfilmentRemoval', { ...here, fulfilment: one.id })}
              label={t('fulfilment.take-back')}
            />
          )}
        </li>
      ))}
    </ul>
  )
}

const enteredNames = {
  facilitator: 'fulfilment.entered.facilitator',
  sheet: 'fulfilment.entered.sheet',
  phone: 'fulfilment.entered.phone',
} as const
