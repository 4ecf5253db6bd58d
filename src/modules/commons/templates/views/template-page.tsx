import { href } from '#http/routes.ts'
import type { TemplateVersion } from '#modules/commons/templates/catalogue.ts'
import type { TemplateDraft } from '#modules/commons/templates/editing/drafts.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { changesBetween } from '#modules/commons/templates/template-changes.ts'
import { ChangeList } from '#modules/commons/templates/views/change-list.tsx'
import { TemplateForm } from '#modules/commons/templates/views/template-form.tsx'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

interface TemplatePageProps {
  network: Network
  manages: boolean
  template: Template
  /** The version in use; the one shown may be older. */
  current: number
  versions: TemplateVersion[]
  next: string | null
  draft: TemplateDraft | null
  /** What the one shown is compared with. */
  compared: Template | null
}

export function TemplatePage(props: TemplatePageProps) {
  const { network, template, current, compared } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, template: template.key }
  const old = template.version !== current
  const name = inWords(template.name, locale)
  return (
    <NetworkLayout of={network} title={name} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('templates', here)}>{t('templates.name')}</a>
          {old && (
            <>
              {' › '}
              <a href={href('template', here)}>{name}</a>
            </>
          )}
        </p>
        <h1>{name}</h1>
        <p class="lede">
          {old
            ? t('templates.old-version', { version: template.version, current })
            : t('templates.version-in-use', { version: template.version })}
        </p>
        {props.manages && <Managing {...props} old={old} />}
        <p class="tags">
          {['yaml', 'json'].map(format => (
            <a
              key={format}
              class="tag"
              href={href(
                'templateExport',
                { ...here, file: `template.${format}` },
                old ? new URLSearchParams({ version: String(template.version) }) : undefined,
              )}
            >
              {t('templates.download', { format: format.toUpperCase() })}
            </a>
          ))}
        </p>
      </div>
      {compared && (
        <section>
          <h2>{t('templates.compared', { from: compared.version, to: template.version })}</h2>
          <ChangeList changes={changesBetween(compared, template)} before={compared} after={template} />
        </section>
      )}
      <section>
        <h2>{t('templates.form')}</h2>
        <TemplateForm template={template} />
      </section>
      <Versions {...props} />
    </NetworkLayout>
  )
}

function Managing({ network, template, draft, old }: TemplatePageProps & { old: boolean }) {
  const { t, locale, moment } = useFrame().i18n
  const here = { locale, network: network.slug, template: template.key }
  const begin: Record<string, string> = {
    act: 'begin',
    ...(old && { version: String(template.version), replace: 'on' }),
  }
  return (
    <div class="template-managing">
      {draft && (
        <p class="notice">
          {t('templates.draft-since', {
            moment: moment(draft.updatedAt, network.timeZone),
            by: draft.by ?? t('templates.somebody'),
          })}{' '}
          <a href={href('templateDraft', here)}>{t('templates.draft-continue')}</a>
        </p>
      )}
      {old && draft && <p>{t('templates.restore.replaces')}</p>}
      {(old || !draft) && (
        <form method="post" action={href('templateDraft', here)}>
          {Object.entries(begin).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <p class="buttons">
            <button type="submit" class="button">
              {old ? t('templates.restore') : t('templates.change')}
            </button>
          </p>
        </form>
      )}
    </div>
  )
}

function Versions({ network, template, current, versions, next }: TemplatePageProps) {
  const { t, locale, moment } = useFrame().i18n
  const here = { locale, network: network.slug, template: template.key }
  return (
    <section>
      <h2>{t('templates.versions')}</h2>
      <ul class="plain-list">
        {versions.map(({ version, shipped, by, createdAt }) => (
          <li key={version}>
            <a
              href={href('templateVersion', { ...here, version })}
              aria-current={version === template.version ? 'true' : undefined}
            >
              {t('templates.version', { version })}
            </a>
            <small>
              {[
                version === current ? t('templates.in-use') : '',
                shipped ? t('templates.shipped') : '',
                shipped ? '' : (by ?? t('templates.somebody')),
                createdAt && !shipped ? moment(createdAt, network.timeZone) : '',
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </li>
        ))}
      </ul>
      <MoreLink next={next} />
    </section>
  )
}
