import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { TemplateVersion } from '#modules/programmes/templates/catalogue.ts'
import { type Outline, outlineOf } from '#modules/programmes/templates/outline.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'
import { MonthsTable } from '#modules/programmes/templates/views/months-table.tsx'
import { monthDayWords, periodWords } from '#modules/programmes/templates/views/names.ts'
import { TemplateStepItem } from '#modules/programmes/templates/views/template-step.tsx'
import { textIn } from '#modules/programmes/templates/words.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What is shown: the one in use, a draft of it, or a version that was. */
export type Shown = 'in-use' | 'draft' | 'old'

interface TemplatePageProps {
  network: Network
  template: ProgrammeTemplate
  shown: Shown
  shipped: boolean
  manages: boolean
  /** There is a draft of the next version. */
  draft: boolean
  versions: TemplateVersion[]
}

export function ProgrammeTemplatePage(props: TemplatePageProps) {
  const { network, template, shown, versions } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const outline = outlineOf(template)
  const titles = new Map(
    template.capsules.flatMap(({ key, title, steps }) => [
      [`capsule/${key}`, textIn(title, locale)] as const,
      ...steps.map(step => [`step/${step.key}`, textIn(step.title, locale)] as const),
    ]),
  )
  return (
    <NetworkLayout of={network} title={textIn(template.name, locale)} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('programmeTemplates', here)}>{t('programmeTemplate.name')}</a>
        </p>
        <h1>{textIn(template.name, locale)}</h1>
        <p class="lede">{textIn(template.about, locale)}</p>
        <Facts {...props} outline={outline} />
        {shown === 'old' && <p class="notice">{t('programmeTemplate.old')}</p>}
      </header>
      {shown === 'draft' ? <DraftActs {...props} /> : <Acts {...props} />}
      <section>
        <h2 id="months">{t('programmeTemplate.months')}</h2>
        <MonthsTable template={template} outline={outline} />
        <Closures template={template} />
      </section>
      <div class="programme-capsules">
        {template.capsules.map((capsule, at) => (
          <section key={capsule.key} id={`capsule-${capsule.key}`}>
            <h2>{textIn(capsule.title, locale)}</h2>
            {capsule.theme && <p class="theme">{textIn(capsule.theme, locale)}</p>}
            {capsule.aim && (
              <div
                class="prose"
                dangerouslySetInnerHTML={{
                  __html: renderMarkdown(textIn(capsule.aim, locale), { headingShift: 2 }),
                }}
              />
            )}
            <ol class="programme-steps">
              {capsule.steps.map((step, index) => (
                <TemplateStepItem
                  key={step.key}
                  step={step}
                  month={outline.capsules[at]?.steps[index]?.month ?? 1}
                  titles={titles}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
      <Versions network={network} template={template} versions={versions} />
    </NetworkLayout>
  )
}

function Facts({ template, shipped, outline }: TemplatePageProps & { outline: Outline }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const steps = outline.capsules.reduce((count, capsule) => count + capsule.steps.length, 0)
  return (
    <p class="programme-facts">
      {[
        periodWords(i18n, template.duration),
        t('programmeTemplate.shape', { capsules: outline.capsules.length, steps }),
        t('programmeTemplate.version', { version: template.version }),
        t(shipped ? 'programmeTemplate.shipped' : 'programmeTemplate.own'),
        t('programmeTemplate.licence', { licence: template.licence }),
      ].join(' · ')}
    </p>
  )
}

function Acts({ network, template, shown, shipped, manages, draft }: TemplatePageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, template: template.key }
  const { key, version } = template
  const query = new URLSearchParams({ version: String(version) })
  return (
    <div class="programme-acts">
      {shown === 'in-use' && (
        <a
          class="button"
          href={href(
            'newProgramme',
            { locale, network: network.slug },
            new URLSearchParams({ template: key }),
          )}
        >
          {t('programmeTemplate.use')}
        </a>
      )}
      <a class="button quiet" href={href('programmeTemplateFile', here, query)}>
        {t('programmeTemplate.download')}
      </a>
      {manages && (
        <a
          class="button quiet"
          href={href(
            'newProgrammeTemplate',
            { locale, network: network.slug },
            new URLSearchParams({ from: key, version: String(version) }),
          )}
        >
          {t('programmeTemplate.adapt')}
        </a>
      )}
      {manages && draft && (
        <a class="button quiet" href={href('programmeTemplateDraft', here)}>
          {t('programmeTemplate.draft.see')}
        </a>
      )}
      {manages && shown === 'in-use' && !shipped && (
        <ActionButton
          action={href('programmeTemplateRetirement', here)}
          label={t('programmeTemplate.retire')}
          danger
        />
      )}
    </div>
  )
}

function DraftActs({ network, template }: TemplatePageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, template: template.key }
  const editing = new URLSearchParams({ from: template.key, version: String(template.version) })
  return (
    <section class="programme-draft">
      <h2>{t('programmeTemplate.draft', { version: template.version })}</h2>
      <p>{t('programmeTemplate.publish.text')}</p>
      <div class="programme-acts">
        <form method="post" action={href('programmeTemplatePublication', here)} class="inline">
          <button type="submit" class="button">
            {t('programmeTemplate.publish')}
          </button>
        </form>
        <a
          class="button quiet"
          href={href('newProgrammeTemplate', { locale, network: network.slug }, editing)}
        >
          {t('programmeTemplate.draft.edit')}
        </a>
        <ActionButton
          action={href('programmeTemplateDraftRemoval', here)}
          label={t('programmeTemplate.draft.remove')}
          danger
        />
      </div>
    </section>
  )
}

function Closures({ template }: { template: ProgrammeTemplate }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  if (template.closures.length === 0) return null
  const closures = template.closures.map(({ from, until, name }) =>
    t('programmeTemplate.closure', {
      name: textIn(name, locale),
      from: monthDayWords(locale, from),
      until: monthDayWords(locale, until),
    }),
  )
  return <p class="programme-closures">{t('programmeTemplate.closures', { list: i18n.list(closures) })}</p>
}

function Versions({
  network,
  template,
  versions,
}: Pick<TemplatePageProps, 'network' | 'template' | 'versions'>) {
  const { t, locale, day } = useFrame().i18n
  const shownVersions = versions.filter(({ state }) => state !== 'draft')
  if (shownVersions.length < 2) return null
  return (
    <section>
      <h2>{t('templates.versions')}</h2>
      <ul class="plain-list">
        {shownVersions.map(({ version, state, by, at }) => {
          const on = at === null ? '' : day(at, network.timeZone)
          const words =
            at === null
              ? t('programmeTemplate.version', { version })
              : by === null
                ? t('programmeTemplate.version.on', { version, day: on })
                : t('programmeTemplate.version.by', { version, by, day: on })
          const address = href('programmeTemplateVersion', {
            ...{ locale, network: network.slug, template: template.key },
            version: String(version),
          })
          return (
            <li key={version}>
              <a href={address} aria-current={version === template.version ? 'page' : undefined}>
                {words}
              </a>
              <small>{t(stateNames[state])}</small>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

const stateNames = {
  draft: 'programmeTemplate.state.draft',
  published: 'programmeTemplate.state.published',
  retired: 'programmeTemplate.state.retired',
} as const
