import { type ComponentChildren, toChildArray } from 'preact'
import { emptyForm, type FormState } from '#http/form.ts'
import { useFrame } from '#ui/frame.ts'

/** A form that works without any script: what was typed comes back with what is wrong beside it. */
export function Form(props: {
  action: string
  state?: FormState | undefined
  submit: string
  /** Said on the button's side: what cannot be undone. */
  danger?: boolean
  multipart?: boolean
  id?: string
  children?: ComponentChildren
}) {
  const { t } = useFrame().i18n
  const errors = Object.entries((props.state ?? emptyForm).errors)
  const labels = errors.length > 0 ? labelsIn(props.children) : {}
  return (
    <form
      class="form"
      method="post"
      action={props.action}
      id={props.id}
      enctype={props.multipart ? 'multipart/form-data' : undefined}
      novalidate={errors.length > 0 ? true : undefined}
    >
      {errors.length > 0 && (
        <div class="problems" role="alert" tabIndex={-1}>
          <p>{t('form.problems', { count: errors.length })}</p>
          <ul>
            {errors.map(([name, message]) => (
              <li key={name}>
                {name === '' ? (
                  message
                ) : (
                  <a href={`#${idOf(name)}`}>
                    {labels[name] ? t('form.problem', { label: labels[name], message }) : message}
                  </a>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      {props.children}
      <p class="buttons">
        <button type="submit" class={props.danger ? 'button danger' : 'button'}>
          {props.submit}
        </button>
      </p>
    </form>
  )
}

/** What the fields written in a form are called, by name: “to be filled in” alone does not say what. */
function labelsIn(children: ComponentChildren): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const child of toChildArray(children)) {
    if (typeof child !== 'object') continue
    const {
      name,
      label,
      children: inner,
    } = child.props as Partial<FieldProps> & { children?: ComponentChildren }
    if (name && label) labels[name] = label
    Object.assign(labels, labelsIn(inner))
  }
  return labels
}

/** One button that does one thing. */
export function ActionButton(props: {
  action: string
  label: string
  danger?: boolean
  fields?: Record<string, string>
}) {
  return (
    <form method="post" action={props.action} class="inline">
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class={props.danger ? 'quiet danger' : 'quiet'}>
        {props.label}
      </button>
    </form>
  )
}

interface FieldProps {
  name: string
  label: string
  state?: FormState | undefined
  hint?: ComponentChildren
  required?: boolean
}

export function TextField(
  props: FieldProps & {
    type?: 'text' | 'email' | 'password' | 'url' | 'date' | 'time' | 'number' | 'search' | 'color'
    autocomplete?: string
    inputmode?: 'numeric' | 'email' | 'url' | 'search' | 'text'
    maxLength?: number
    min?: string | number
    max?: string | number
    autofocus?: boolean
    list?: string[]
  },
) {
  const { name, state = emptyForm } = props
  const id = idOf(name)
  const attributes = {
    // Passwords never come back to the page.
    value: props.type === 'password' ? undefined : state.values[name]?.[0],
    autocomplete: props.autocomplete,
    inputmode: props.inputmode,
    maxLength: props.maxLength,
    min: props.min,
    max: props.max,
    autofocus: props.autofocus,
    list: props.list ? `${id}-list` : undefined,
    required: props.required,
    ...described(props),
  }
  return (
    <Field {...props}>
      <input id={id} name={name} {...({ type: props.type ?? 'text' } as { type: 'text' })} {...attributes} />
      {props.list && (
        <datalist id={`${id}-list`}>
          {props.list.map(value => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
    </Field>
  )
}

export function TextArea(props: FieldProps & { rows?: number; maxLength?: number }) {
  const { name, state = emptyForm } = props
  return (
    <Field {...props}>
      <textarea
        id={idOf(name)}
        name={name}
        rows={props.rows ?? 4}
        maxLength={props.maxLength}
        required={props.required}
        {...described(props)}
      >
        {state.values[name]?.[0] ?? ''}
      </textarea>
    </Field>
  )
}

export interface Choice {
  value: string
  label: string
  hint?: string
  /** Of a list: a line between others. */
  disabled?: boolean
}

export function Select(props: FieldProps & { choices: Choice[] }) {
  const { name, state = emptyForm } = props
  const chosen = state.values[name]?.[0]
  return (
    <Field {...props}>
      <select id={idOf(name)} name={name} required={props.required} {...described(props)}>
        {props.choices.map(({ value, label, disabled = false }) => (
          <option
            key={disabled ? label : value}
            value={value}
            selected={!disabled && value === chosen}
            disabled={disabled}
          >
            {label}
          </option>
        ))}
      </select>
    </Field>
  )
}

export function Checkbox(props: FieldProps) {
  const { name, state = emptyForm } = props
  const error = state.errors[name]
  return (
    <div class="field check" data-wrong={error ? true : undefined}>
      <label>
        <input
          type="checkbox"
          id={idOf(name)}
          name={name}
          value="on"
          checked={(state.values[name]?.length ?? 0) > 0}
          required={props.required}
          {...described(props)}
        />
        <span>{props.label}</span>
      </label>
      <Notes {...props} error={error} />
    </div>
  )
}

/** One of few (radio) or several of many (checkbox), all seen at once. */
export function Choices(props: FieldProps & { choices: Choice[]; several?: boolean }) {
  const { name, state = emptyForm } = props
  const chosen = state.values[name] ?? []
  const error = state.errors[name]
  return (
    <fieldset class="field" id={idOf(name)} data-wrong={error ? true : undefined} {...described(props)}>
      <legend>{props.label}</legend>
      <Notes {...props} error={error} />
      {props.choices.map(({ value, label, hint }) => (
        <label key={value} class="choice">
          <input
            {...({ type: props.several ? 'checkbox' : 'radio' } as { type: 'radio' })}
            name={name}
            value={value}
            checked={chosen.includes(value)}
          />
          <span>
            {label}
            {hint && <small>{hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function Field(props: FieldProps & { children: ComponentChildren }) {
  const { t } = useFrame().i18n
  const error = props.state?.errors[props.name]
  return (
    <div class="field" data-wrong={error ? true : undefined}>
      <label for={idOf(props.name)}>
        {props.label} {!props.required && <small>{t('form.optional')}</small>}
      </label>
      <Notes {...props} error={error} />
      {props.children}
    </div>
  )
}

function Notes(props: { name: string; hint?: ComponentChildren; error?: string | undefined }) {
  const id = idOf(props.name)
  return (
    <>
      {props.hint && (
        <small class="hint" id={`${id}-hint`}>
          {props.hint}
        </small>
      )}
      {props.error && (
        <p class="error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
    </>
  )
}

function described(props: FieldProps): { 'aria-describedby'?: string; 'aria-invalid'?: 'true' } {
  const error = props.state?.errors[props.name]
  const id = idOf(props.name)
  const by = [props.hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return { ...(by && { 'aria-describedby': by }), ...(error && { 'aria-invalid': 'true' as const }) }
}

function idOf(name: string): string {
  return `field-${name}`
}
