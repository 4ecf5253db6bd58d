import type { ApiDocument, ApiOperation } from '#http/api-documentation.ts'
import { statusOf } from '#kernel/errors.ts'
import { Operation } from '#ui/api-operation.tsx'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** The API for people: every operation by its subject, what it takes, what it answers. */
export function ApiPage({ document }: { document: ApiDocument }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const subjects = bySubject(document)
  const components = document.components?.schemas ?? {}
  return (
    <Layout title={t('api.title')} description={t('api.lede')}>
      <header>
        <h1>{t('api.title')}</h1>
        <p class="lede">{t('api.lede')}</p>
        <p class="buttons">
          <a class="button" href="/api/openapi.json">
            {t('api.document')}
          </a>
        </p>
      </header>
      <section>
        <h2>{t('api.authentication')}</h2>
        <p>{t('api.authentication.text')}</p>
      </section>
      <nav class="api-contents" aria-labelledby="contents">
        <h2 id="contents">{t('api.contents')}</h2>
        <p class="tags">
          {[...subjects].map(([subject, operations]) => (
            <a key={subject} class="tag" href={`#${anchorOf(subject)}`} lang="en">
              {subject} ({operations.length})
            </a>
          ))}
          <a class="tag" href="#errors">
            {t('api.errors')}
          </a>
        </p>
      </nav>
      {[...subjects].map(([subject, operations]) => (
        <section key={subject}>
          <h2 id={anchorOf(subject)} lang="en">
            {subject}
          </h2>
          {operations.map(one => (
            <Operation key={`${one.method} ${one.path}`} {...one} components={components} />
          ))}
        </section>
      ))}
      <section>
        <h2 id="errors">{t('api.errors')}</h2>
        <p>{t('api.errors.text')}</p>
        <dl class="errors">
          {Object.entries(statusOf).map(([code, status]) => (
            <div key={code} id={code}>
              <dt>
                <code>{code}</code> ({status})
              </dt>
              <dd>{t(`error.${code as keyof typeof statusOf}.title`)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </Layout>
  )
}

interface Located {
  method: string
  path: string
  operation: ApiOperation
}

/** In the order in which they first come up. */
function bySubject(document: ApiDocument): Map<string, Located[]> {
  const subjects = new Map<string, Located[]>()
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const subject = operation.tags?.[0] ?? '—'
      const known = subjects.get(subject) ?? []
      subjects.set(subject, known)
      known.push({ method, path, operation })
    }
  return subjects
}

/** Apart from the codes of errors, which have anchors of their own. */
function anchorOf(subject: string): string {
  return `subject-${subject.toLowerCase().replace(/[^a-z]+/g, '-')}`
}
