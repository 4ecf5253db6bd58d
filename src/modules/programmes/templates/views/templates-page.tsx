import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { TemplateChoice } from '#modules/programmes/templates/catalogue.ts'
import { periodWords } from '#modules/programmes/templates/views/names.ts'
import { textIn } from '#modules/programmes/templates/words.ts'
import { useFrame } from '#ui/frame.ts'

export function ProgrammeTemplatesPage(props: {
  network: Network
  templates: TemplateChoice[]
  drafts: TemplateChoice[]
  manages: boolean
}) {
  const { network, templates, drafts, manages } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('programmeTemplate.name')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('programmes', here)}>{t('programmes.name')}</a>
        </p>
        <h1>{t('programmeTemplate.name')}</h1>
        <p class="lede">{t('programmeTemplate.lede')}</p>
        {manages && (
          <p class="programme-acts">
            <a class="button" href={href('newProgrammeTemplate', here)}>
              {t('programmeTemplate.new')}
            </a>
          </p>
        )}
      </header>
      <ul class="plain-list">
        {templates.map(template => (
          <Listed
            key={template.key}
            template={template}
            address={href('programmeTemplate', { ...here, template: template.key })}
          />
        ))}
      </ul>
      {drafts.length > 0 && (
        <section>
          <h2>{t('programmeTemplate.drafts')}</h2>
          <p>{t('programmeTemplate.drafts.text')}</p>
          <ul class="plain-list">
            {drafts.map(template => (
              <Listed
                key={template.key}
                template={template}
                address={href('programmeTemplateDraft', { ...here, template: template.key })}
              />
            ))}
          </ul>
        </section>
      )}
    </NetworkLayout>
  )
}

function Listed({ template, address }: { template: TemplateChoice; address: string }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { name, about, duration, capsules, steps, version, shipped } = template
  const words = [
    periodWords(i18n, duration),
    t('programmeTemplate.shape', { capsules, steps }),
    t('programmeTemplate.version', { version }),
    t(shipped ? 'programmeTemplate.shipped' : 'programmeTemplate.own'),
  ]
  return (
    <li>
      <a href={address}>{textIn(name, locale)}</a>
      <small>{words.join(' · ')}</small>
      <small>{textIn(about, locale)}</small>
    </li>
  )
}
