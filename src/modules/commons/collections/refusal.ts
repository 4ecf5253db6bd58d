import type { AppContext } from '#http/context.ts'
import { type FormState, withError } from '#http/form.ts'
import { AppError } from '#kernel/errors.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** What the domain does not do, and why: said beside the field by a form, in the problem by the API. */
export function refusal(field: string, message: MessageKey, params: Record<string, string | number> = {}) {
  return new AppError('invalid-input', { fields: [{ field, message }], params })
}

/** Does the work, or gives the form back with what stands against it. */
export async function unlessRefused<T>(
  c: AppContext,
  form: FormState,
  work: () => Promise<T>,
): Promise<{ done: T; form: null } | { done: null; form: FormState }> {
  try {
    return { done: await work(), form: null }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error
    const filled = error.fields.reduce(
      (state, { field, message }) =>
        withError(state, field, c.var.i18n.maybe(message, message, error.params)),
      form,
    )
    return { done: null, form: filled }
  }
}
