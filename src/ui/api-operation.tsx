import type { ApiOperation, ApiSchema } from '#http/api-documentation.ts'
import { type ApiField, fieldsOf, shapeOf } from '#ui/api-shape.ts'
import { useFrame } from '#ui/frame.ts'

/** One operation, folded: what it takes, what it answers. What named objects are made of, the document says. */
export function Operation(props: {
  method: string
  path: string
  operation: ApiOperation
  components: Record<string, ApiSchema>
}) {
  const { i18n, origin } = useFrame()
  const { t } = i18n
  const { method, path, operation, components } = props
  const parameters = operation.parameters ?? []
  const answers = Object.entries(operation.responses ?? {})
  const scope = operation.security?.flatMap(({ token }) => token ?? [])[0]
  return (
    <details class="operation" id={operation.operationId} lang="en">
      <summary>
        <code>
          {method.toUpperCase()} /api{path}
        </code>{' '}
        {operation.summary}
      </summary>
      {operation.description && (
        <p>
          <Described text={operation.description} />
        </p>
      )}
      {scope && (
        <p>
          <span lang={i18n.locale}>{t('api.scope')}</span> <code>{scope}</code>
        </p>
      )}
      {method === 'get' && !/\{(?:id|slug)\}/.test(path) && (
        <pre class="scroll">
          <code>
            curl {origin}/api{path.replace('{file}', 'commons.csv')}
          </code>
        </pre>
      )}
      <Fields
        fields={parameters.map(({ name, in: where, schema = {}, description = '', required = false }) => ({
          ...{ name, where, shape: shapeOf(schema), description, required },
        }))}
      />
      {Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema = {} }]) => (
        <div key={type}>
          <h3>
            <span lang={i18n.locale}>{t('api.body')}</span> <code>{type}</code>
          </h3>
          <Fields fields={fieldsOf(schema, components)} />
        </div>
      ))}
      <h3 lang={i18n.locale}>{t('api.responses')}</h3>
      <ul>
        {answers
          .filter(([status]) => Number(status) < 400)
          .map(([status, { description = '', content }]) => (
            <li key={status}>
              <code>{status}</code> <Described text={description} />
              <Answered content={content ?? {}} components={components} />
            </li>
          ))}
        <li>
          {answers
            .filter(([status]) => Number(status) >= 400)
            .map(([status]) => (
              <code key={status}>{status} </code>
            ))}
        </li>
      </ul>
    </details>
  )
}

/** Of what an object is made, or what may stand in an address. */
function Fields({ fields }: { fields: (ApiField & { where?: string })[] }) {
  const { t, locale } = useFrame().i18n
  if (fields.length === 0) return null
  const inAddress = fields.some(({ where }) => where !== undefined)
  return (
    <div class="scroll">
      <table>
        <thead lang={locale}>
          <tr>
            <th scope="col">{t('api.parameter')}</th>
            {inAddress && <th scope="col">{t('api.parameter.in')}</th>}
            <th scope="col">{t('api.parameter.description')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, where, shape, description, required }) => (
            <tr key={`${where} ${name}`}>
              <td>
                <code>{name}</code>
              </td>
              {inAddress && <td>{where}</td>}
              <td>
                <code>{shape}</code> <Described text={description} />{' '}
                {required && <em lang={locale}>({t('api.required')})</em>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What comes back: the name of an object, or its fields. */
function Answered(props: {
  content: Record<string, { schema?: ApiSchema }>
  components: Record<string, ApiSchema>
}) {
  return (
    <>
      {Object.entries(props.content).map(([type, { schema = {} }]) => {
        // What comes back always does: that it is required says nothing.
        const fields = schema.$ref
          ? []
          : fieldsOf(schema, props.components).map(field => ({ ...field, required: false }))
        return fields.length > 0 ? (
          <Fields key={type} fields={fields} />
        ) : (
          <span key={type}>
            {' '}
            <code>{type === 'application/json' ? shapeOf(schema) : type}</code>
          </span>
        )
      })}
    </>
  )
}

/** Descriptions set names in backticks, as OpenAPI's own Markdown does. */
function Described({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
  )
}
