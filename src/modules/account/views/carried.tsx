import type { FormState } from '#http/form.ts'

/** What a form brings along without showing it: where to lead on, a token. */
export function Carried({ form, name }: { form: FormState; name: string }) {
  const value = form.values[name]?.[0]
  return value ? <input type="hidden" name={name} value={value} /> : null
}
