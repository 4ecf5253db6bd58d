import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Candidate } from '#modules/commons/writing/authors.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { PersonChooser } from '#modules/commons/writing/views/person-chooser.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Who writes in a page: added from the people of the network, one at least stays. */
export function AuthorsPage(props: {
  network: Network
  document: CommonsDocument
  people: Candidate[]
  q: string
  form: FormState
  /** The person who looks. */
  own: string | null
}) {
  const { t, locale } = useFrame().i18n
  const { network, document, people, q, form, own } = props
  const here = { locale, network: network.slug, document: document.id }
  return (
    <NetworkLayout of={network} title={t('writing.authors.of', { title: document.title })} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writing', here)}>{t('writing.name')}</a> ›{' '}
          <a href={href('writingPage', here)}>{document.title}</a>
        </p>
        <h1>{t('writing.authors')}</h1>
        <p class="lede">{t('writing.authors.lede')}</p>
      </header>
      {form.errors[''] && (
        <div class="problems" role="alert" tabIndex={-1}>
          <p>{form.errors['']}</p>
        </div>
      )}
      <section>
        {document.authors.length === 0 && <p>{t('writing.authors.none')}</p>}
        <ul class="people">
          {document.authors.map(({ personId, name }) => (
            <li key={personId}>
              <span>
                {name} {personId === own && <small>{t('writing.authors.you')}</small>}
              </span>
              {document.authors.length > 1 && (
                <ActionButton
                  action={href('writingAuthorRemoval', { ...here, person: personId })}
                  label={
                    personId === own ? t('writing.authors.leave') : t('writing.authors.remove', { name })
                  }
                  danger
                />
              )}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{t('writing.authors.add')}</h2>
        <PersonChooser
          action={href('writingAuthors', here)}
          people={people}
          q={q}
          form={form}
          submit={t('writing.authors.submit')}
        />
      </section>
    </NetworkLayout>
  )
}
