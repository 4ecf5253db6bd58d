import { href } from '#http/routes.ts'
import type { Capsule, Programme } from '#modules/programmes/programme.ts'
import type { Call } from '#modules/programmes/progress/attention.ts'
import { stepStates } from '#modules/programmes/progress/progress.ts'
import { stateNames, stateSigns } from '#modules/programmes/progress/views/names.ts'
import { useFrame } from '#ui/frame.ts'

/** Organisations by steps: a sign for each, its name for who cannot see it, and what the signs mean below. */
export function ProgressTable(props: {
  network: { slug: string }
  programme: Programme
  capsules: readonly Capsule[]
  rows: readonly Call[]
}) {
  const { network, programme, capsules, rows } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id }
  const used = new Set(rows.flatMap(({ organisation }) => organisation.steps.map(({ state }) => state)))
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={t('progress.table')}>
        <table class="progress-table">
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {t('progress.organisation')}
              </th>
              {capsules.map(({ id, title, steps }, index) => (
                <th key={id} scope="colgroup" colSpan={Math.max(1, steps.length)} title={title}>
                  {index + 1}
                  <span class="visually-hidden"> {title}</span>
                </th>
              ))}
              <th scope="col" rowSpan={2} class="n">
                {t('progress.completion')}
              </th>
              <th scope="col" rowSpan={2} class="n">
                {t('progress.presence')}
              </th>
            </tr>
            <tr>
              {capsules.flatMap(({ id, steps }) =>
                steps.length === 0 ? (
                  <td key={id} />
                ) : (
                  steps.map((step, index) => (
                    <th key={step.id} scope="col" class="sign">
                      <a href={href('programmeStep', { ...here, step: step.id })} title={step.title}>
                        {index + 1}
                        <span class="visually-hidden"> {step.title}</span>
                      </a>
                    </th>
                  ))
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ organisation }) => (
              <tr key={organisation.id}>
                <th scope="row">
                  <a href={href('programmeCatchUp', { ...here, organisation: organisation.id })}>
                    {organisation.name}
                  </a>
                </th>
                {capsules.flatMap(({ id, steps }) =>
                  steps.length === 0 ? (
                    <td key={id} />
                  ) : (
                    steps.map(step => {
                      const stood = organisation.steps.find(({ stepId }) => stepId === step.id)
                      if (!stood) return <td key={step.id} />
                      const name = t(stateNames[stood.state])
                      return (
                        <td key={step.id} class="sign" data-state={stood.state} title={name}>
                          <span aria-hidden="true">{stateSigns[stood.state]}</span>
                          <span class="visually-hidden">{name}</span>
                        </td>
                      )
                    })
                  ),
                )}
                <td class="n">{t('progress.of', { ...organisation.completion })}</td>
                <td class="n">{t('progress.of', { ...organisation.presence })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <ol class="climb-capsules" aria-label={t('progress.capsules')}>
        {capsules.map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
      </ol>
      <ul class="signs" aria-hidden="true">
        {stepStates
          .filter(state => used.has(state))
          .map(state => (
            <li key={state} data-state={state}>
              <span>{stateSigns[state]}</span> {t(stateNames[state])}
            </li>
          ))}
      </ul>
    </>
  )
}
