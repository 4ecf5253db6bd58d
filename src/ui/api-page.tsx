import type { ApiDocument, ApiOperation } from '#http/api-documentation.ts'
import { statusOf } from '#kernel/errors.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** The API for people: every operation, what it takes, what it answers. */
export function ApiPage({ document }: { document: ApiDocument }) {
  const { i18n, origin } = useFrame()
  const { t } = i18n
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
      {Object.entries(document.paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => (
          <Operation
            key={`${method} ${path}`}
            method={method}
            path={path}
            operation={operation}
            origin={origin}
          />
        )),
      )}
      <section>
        <h2>{t('api.errors')}</h2>
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

function Operation(props: { method: string; path: string; operation: ApiOperation; origin: string }) {
  const { t } = useFrame().i18n
  const { method, path, operation } = props
  const parameters = operation.parameters ?? []
  const bodies = Object.keys(operation.requestBody?.content ?? {})
  return (
    <section class="operation" lang="en">
      <h2>
        <code>
          {method.toUpperCase()} /api{path}
        </code>
      </h2>
      <p>
        <strong>{operation.summary}.</strong> <Described text={operation.description ?? ''} />
      </p>
      {method === 'get' && !/\{(?:id|slug)\}/.test(path) && (
        <pre class="scroll">
          <code>
            curl {props.origin}/api{path.replace('{file}', 'commons.csv')}
          </code>
        </pre>
      )}
      {parameters.length > 0 && (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('api.parameter')}</th>
                <th scope="col">{t('api.parameter.in')}</th>
                <th scope="col">{t('api.parameter.description')}</th>
              </tr>
            </thead>
            <tbody>
              {parameters.map(parameter => (
                <tr key={`${parameter.in} ${parameter.name}`}>
                  <td>
                    <code>{parameter.name}</code>
                  </td>
                  <td>{parameter.in}</td>
                  <td>
                    <Described text={parameter.description ?? ''} />{' '}
                    {parameter.required && <em>({t('api.required')})</em>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {bodies.length > 0 && (
        <p>
          {t('api.body')} <code>{bodies.join(', ')}</code>
        </p>
      )}
      <h3>{t('api.responses')}</h3>
      <ul>
        {Object.entries(operation.responses ?? {}).map(([status, response]) => (
          <li key={status}>
            <code>{status}</code> <Described text={response.description ?? ''} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Descriptions set names in backticks, as OpenAPI's own Markdown does. */
function Described({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
  )
}
