import type { FormState } from '#http/form.ts'
import { AppError } from '#kernel/errors.ts'
import type { I18n, MessageKey, MessageValues } from '#platform/i18n/i18n.ts'

interface Reason {
  /** Of the form; '' for the whole of it. */
  field: string
  message: MessageKey
  values?: MessageValues
}

/** What the domain does not do, and why: said beside the field by a form, in the problem by the API. */
export class Refusal extends AppError {
  override name = 'Refusal'
  readonly reasons: Reason[]

  constructor(...reasons: Reason[]) {
    super('invalid-input', { fields: reasons.map(({ field, message }) => ({ field, message })) })
    this.reasons = reasons
  }
}

/** Does the work, or gives the form back with what stands against it. */
export async function unlessRefused<T>(
  i18n: I18n,
  form: FormState,
  work: () => Promise<T>,
): Promise<{ done: T; form: null } | { done: null; form: FormState }> {
  try {
    return { done: await work(), form: null }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const errors: Record<string, string> = {}
    for (const { field, message, values } of error.reasons) {
      const said = i18n.t(message, values)
      // Several of one field stand on lines of their own.
      errors[field] = errors[field] === undefined ? said : `${errors[field]}\n${said}`
    }
    return { done: null, form: { values: form.values, errors } }
  }
}

/** The same in words, for a problem of the API or a line in the terminal. */
export function inWords(i18n: I18n, error: Refusal): AppError {
  const fields = error.reasons.map(({ field, message, values }) => ({
    field,
    message: i18n.t(message, values),
  }))
  return new AppError('invalid-input', { fields, cause: error })
}
