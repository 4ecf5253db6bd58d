import { href } from '#http/routes.ts'
import type { Capsule } from '#modules/programmes/programme.ts'
import type { Proposal } from '#modules/programmes/progress/arrangements.ts'
import { titlesOf } from '#modules/programmes/progress/views/calls.tsx'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What organisations would like, and the answers whoever runs the programme can give. */
export function Proposals(props: {
  network: { slug: string }
  programmeId: string
  capsules: readonly Capsule[]
  proposals: readonly Proposal[]
}) {
  const { network, programmeId, capsules, proposals } = props
  const { t, day, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programmeId }
  return (
    <section>
      <h2>{t('catch-up.proposals')}</h2>
      <ul class="plain-list">
        {proposals.map(({ stepId, organisation, dueOn, reason, proposedBy }) => (
          <li key={`${stepId} ${organisation.id}`}>
            <span>
              <strong>{organisation.name}</strong>{' '}
              {t('catch-up.proposal', { step: titlesOf([stepId], capsules)[0] ?? '', day: day(dueOn) })}
              {proposedBy && ` · ${proposedBy}`}
            </span>
            {reason && <p>{reason}</p>}
            <p class="buttons no-print">
              <ActionButton
                action={href('programmeArrangements', here)}
                label={t('catch-up.agree')}
                fields={{ step: stepId, organisation: organisation.id, kind: 'later', due: dueOn, reason }}
              />
              <ActionButton
                action={href('programmeProposalRemoval', here)}
                label={t('catch-up.decline')}
                fields={{ step: stepId, organisation: organisation.id }}
              />
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
