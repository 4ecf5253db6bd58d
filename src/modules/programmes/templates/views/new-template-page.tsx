import { emptyForm, type FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** The text of a template, empty or to be adapted, and everything that is wrong with it. */
export function NewProgrammeTemplatePage(props: {
  network: Network
  /** What it is called in the reader's language; null for one from nothing. */
  adapted: string | null
  form: FormState
  /** Each on a line of its own. */
  problems: string[]
}) {
  const { network, adapted, form, problems } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const title =
    adapted === null ? t('programmeTemplate.new') : t('programmeTemplate.adapting', { name: adapted })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('programmeTemplates', here)}>{t('programmeTemplate.name')}</a>
        </p>
        <h1>{title}</h1>
        <p class="lede">
          {t(adapted === null ? 'programmeTemplate.new.text' : 'programmeTemplate.adapting.text')}
        </p>
      </header>
      {problems.length > 0 && (
        <div class="problems" role="alert" tabIndex={-1}>
          <p>{t('programmeTemplate.problems', { count: problems.length })}</p>
          <ul>
            {problems.map(problem => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      <div class="programme-source">
        <Form
          action={href('programmeTemplates', here)}
          state={{ ...emptyForm, values: form.values }}
          submit={t('programmeTemplate.submit')}
          multipart
        >
          <div class="field">
            <label for="field-file">{t('programmeTemplate.field.file')}</label>
            <small class="hint" id="hint-file">
              {t('programmeTemplate.field.file.hint')}
            </small>
            <input
              id="field-file"
              type="file"
              name="file"
              accept=".yaml,.yml,.json"
              aria-describedby="hint-file"
            />
          </div>
          <TextArea
            name="text"
            label={t('programmeTemplate.field.text')}
            hint={t('programmeTemplate.field.text.hint')}
            state={form}
            rows={24}
          />
        </Form>
        <p class="programme-schema">
          <a href="/api/schemas/programme-template">{t('programmeTemplate.schema')}</a>
        </p>
      </div>
    </NetworkLayout>
  )
}
