import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { StateTag } from '#modules/commons/writing/views/standing.tsx'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { Choices, Form, Select, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { languageNames } from '#ui/layout.tsx'

export interface WritingListProps {
  network: Network
  form: FormState
  templates: Template[]
  documents: CommonsDocument[]
  /** Whether whoever looks reviews pages. */
  reviews: boolean
  next: string | null
  /** Whether the list is at its beginning. */
  first: boolean
  languages: Locale[]
}

/** What one writes, and the way to begin something. */
export function WritingListPage(props: WritingListProps) {
  const { t, locale } = useFrame().i18n
  const { network, documents, next, first } = props
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('writing.name')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a>
        </p>
        <h1>{t('writing.name')}</h1>
        <p class="lede">{t('writing.lede')}</p>
        <p class="buttons">
          <a class="button" href="#new">
            {t('writing.new')}
          </a>
          {props.reviews && (
            <a class="button quiet" href={href('reviews', here)}>
              {t('review.list')}
            </a>
          )}
        </p>
      </header>
      <section>
        <h2>{t('writing.mine')}</h2>
        {documents.length === 0 && <p>{t(first ? 'writing.mine.none' : 'writing.mine.end')}</p>}
        {documents.length > 0 && (
          <ul class="plain-list documents">
            {documents.map(document => (
              <Listed key={document.id} network={network} document={document} />
            ))}
          </ul>
        )}
        <MoreLink next={next} />
      </section>
      <section id="new">
        <h2>{t('writing.new')}</h2>
        <NewPage {...props} />
      </section>
    </NetworkLayout>
  )
}

function Listed({ network, document }: { network: Network; document: CommonsDocument }) {
  const { t, locale, moment, list } = useFrame().i18n
  const { authors, pending, slug } = document
  return (
    <li>
      <a href={href('writingPage', { locale, network: network.slug, document: document.id })}>
        {document.title || t('writing.untitled')}
      </a>{' '}
      <StateTag document={document} />
      <small>
        {[
          t('writing.written.at', { moment: moment(document.writtenAt, network.timeZone) }),
          authors.length > 0 && t('writing.by', { names: list(authors.map(({ name }) => name)) }),
          slug !== null && pending > 0 && t('writing.pending', { count: pending }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </small>
    </li>
  )
}

function NewPage({ network, form, templates, languages }: WritingListProps) {
  const { t, locale } = useFrame().i18n
  return (
    <Form
      action={href('writing', { locale, network: network.slug })}
      state={form}
      submit={t('writing.begin')}
    >
      <Choices
        name="template"
        label={t('writing.template')}
        state={form}
        required
        choices={templates.map(template => ({
          value: template.key,
          label: inWords(template.name, locale),
          hint: inWords(template.about, locale),
        }))}
      />
      <Select
        name="language"
        label={t('writing.language')}
        hint={t('writing.language.hint')}
        state={form}
        required
        choices={languages.map(value => ({ value, label: languageNames[value] }))}
      />
      <TextField
        name="title"
        label={t('writing.title.label')}
        hint={t('writing.title.hint')}
        state={form}
        maxLength={500}
        required
      />
    </Form>
  )
}
