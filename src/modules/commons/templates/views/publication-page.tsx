import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { AnswersLost } from '#modules/commons/templates/answers-lost.ts'
import type { DefinitionProblem } from '#modules/commons/templates/definition-problem.ts'
import type { TemplateDraft } from '#modules/commons/templates/editing/drafts.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { changesBetween } from '#modules/commons/templates/template-changes.ts'
import { ChangeList } from '#modules/commons/templates/views/change-list.tsx'
import { DraftProblems } from '#modules/commons/templates/views/draft-problems.tsx'
import { TemplateForm } from '#modules/commons/templates/views/template-form.tsx'
import { pathName } from '#modules/commons/templates/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Checkbox, Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface PublicationPageProps {
  network: Network
  draft: TemplateDraft
  /** Null for a new template. */
  current: Template | null
  problems: DefinitionProblem[]
  lost: AnswersLost
  form: FormState
}

/** What putting a template into use will change, what it would take away, and how the form will look. */
export function PublicationPage(props: PublicationPageProps) {
  const { network, draft, current } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, template: draft.template.key }
  const name = inWords(draft.template.name, locale)
  return (
    <NetworkLayout of={network} title={t('templates.publication.title', { name })} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('templates', here)}>{t('templates.name')}</a>
          {' › '}
          <a href={href('templateDraft', here)}>{t('templates.draft.title', { name })}</a>
        </p>
        <h1>{t('templates.publication.title', { name })}</h1>
        <p class="lede">{t('templates.publication.text')}</p>
      </div>
      {current ? (
        <section>
          <h2>{t('templates.publication.changes', { version: current.version })}</h2>
          <ChangeList
            changes={changesBetween(current, draft.template)}
            before={current}
            after={draft.template}
          />
        </section>
      ) : (
        <p>{t('templates.publication.new')}</p>
      )}
      <Decision {...props} />
      <section>
        <h2>{t('templates.publication.preview')}</h2>
        <TemplateForm template={draft.template} />
      </section>
    </NetworkLayout>
  )
}

function Decision({ network, draft, current, problems, lost, form }: PublicationPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, template: draft.template.key }
  if (problems.length > 0)
    return <DraftProblems template={draft.template} problems={problems} network={network} />
  if (current && draft.base !== current.version)
    return (
      <p class="notice">
        {t('templates.publication.outdated', { base: draft.base, version: current.version })}{' '}
        <a
          href={href(
            'templateExport',
            { ...here, file: 'template.yaml' },
            new URLSearchParams({ version: 'draft' }),
          )}
        >
          {t('templates.draft.download')}
        </a>
      </p>
    )
  if (current && !changesBetween(current, draft.template).any) return null
  return (
    <section>
      {lost.documents > 0 && current && (
        <div class="notice">
          <p>{t('templates.publication.lost', { documents: lost.documents })}</p>
          <ul>
            {lost.questions.map(({ path, documents }) => (
              <li key={path}>
                {t('templates.publication.lost.one', { name: pathName(current, path, locale), documents })}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Form
        action={href('templatePublication', here)}
        state={form}
        submit={t('templates.publication.submit')}
      >
        <input type="hidden" name="seen" value={String(draft.revision)} />
        {lost.documents > 0 && (
          <Checkbox
            name="confirmed"
            label={t('templates.publication.confirm')}
            hint={form.errors.confirmed ? undefined : t('templates.publication.confirm.hint')}
            state={form}
          />
        )}
      </Form>
    </section>
  )
}
