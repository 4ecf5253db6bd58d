import type { z } from 'zod'
import { wholeBody } from '#http/body-limit.ts'
import type { AppContext } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

/** A form as it was sent: what comes back filled in when something is wrong with it. */
export interface FormState {
  /** By field name; of a field sent several times, all. */
  values: Record<string, string[]>
  /** What is wrong, by field name, in the reader's language; under '' what is wrong with the whole. */
  errors: Record<string, string>
}

export const emptyForm: FormState = { values: {}, errors: {} }

/** A form shown for the first time, filled with what is known. */
export function formOf(values: Record<string, string | string[] | boolean | null | undefined>): FormState {
  const filled = Object.entries(values).map(([name, value]) => {
    if (value === true) return [name, ['on']]
    if (value === false || value === null || value === undefined) return [name, []]
    return [name, [value].flat()]
  })
  return { values: Object.fromEntries(filled), errors: {} }
}

const mostBytes = 512 * 1024
/** More than any form of ours has: each is read again by the schema, and shown again on the page. */
const mostFields = 5_000
const ampersand = 0x26

/**
 * Reads a form by its schema, every problem at once. Fields arrive as strings, those named in `lists` as lists.
 * @throws AppError 'too-large', 'bad-request'
 */
export async function readForm<Schema extends z.ZodType>(
  c: AppContext,
  schema: Schema,
  lists: readonly string[] = [],
): Promise<{ value: z.output<Schema>; form: FormState } | { value: null; form: FormState }> {
  return parseForm(c, await sentFields(c), schema, lists)
}

/** The same of fields that came in another way: with files. */
export function parseForm<Schema extends z.ZodType>(
  c: AppContext,
  values: Record<string, string[]>,
  schema: Schema,
  lists: readonly string[] = [],
): { value: z.output<Schema>; form: FormState } | { value: null; form: FormState } {
  const given = Object.fromEntries(
    Object.entries(values).map(([name, all]) => [name, lists.includes(name) ? all : all[0]]),
  )
  for (const name of lists) given[name] ??= []
  const parsed = schema.safeParse(given, { reportInput: true })
  if (parsed.success) return { value: parsed.data, form: { values, errors: {} } }
  const errors: Record<string, string> = {}
  for (const issue of parsed.error.issues) {
    const name = issue.path.length > 0 ? String(issue.path[0]) : ''
    errors[name] ??= messageOf(c.var.i18n, issue)
  }
  return { value: null, form: { values, errors } }
}

/** The form again, with something wrong that only the domain could know. */
export function withError(form: FormState, field: string, message: string): FormState {
  return { values: form.values, errors: { ...form.errors, [field]: message } }
}

/** What is true once it was done, said at the top of the page that follows. */
export type Done = Extract<MessageKey, `done.${string}`> extends `done.${infer Name}` ? Name : never

/** Leads on to a page after something was done: loading it again does nothing twice. */
export function redirectDone(c: AppContext, address: string, done?: Done): Response {
  const separator = address.includes('?') ? '&' : '?'
  return c.redirect(done ? `${address}${separator}done=${done}` : address, 303)
}

async function sentFields(c: AppContext): Promise<Record<string, string[]>> {
  if (Number(c.req.header('content-length') ?? 0) > mostBytes)
    throw new AppError('too-large', { params: { megabytes: 0.5 } })
  const type = c.req.header('content-type') ?? ''
  if (!/^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) {
    if (type === '' && Number(c.req.header('content-length') ?? 0) === 0) return {}
    throw new AppError('bad-request')
  }
  const body = await wholeBody(c, mostBytes)
  const encoded = /^application/i.test(type)
  // Taking so many apart would hold up everyone already.
  if (encoded && body.filter(byte => byte === ampersand).length >= mostFields)
    throw new AppError('bad-request')
  const data = encoded
    ? new URLSearchParams(new TextDecoder().decode(body))
    : await new Response(body, { headers: { 'content-type': type } }).formData().catch(cause => {
        throw new AppError('bad-request', { cause })
      })
  const values: Record<string, string[]> = Object.create(null)
  let fields = 0
  for (const [name, value] of data) {
    fields += 1
    if (fields > mostFields) throw new AppError('bad-request')
    if (typeof value !== 'string') continue
    // Browsers send lines ended as on paper tape; NUL fits in no text of ours.
    const text = value.replace(/\r\n?/g, '\n').replaceAll('\0', '')
    // Added to what is there, not copied with it: half a megabyte holds 200,000 fields of one name.
    values[name] ??= []
    values[name].push(text)
  }
  return { ...values }
}

/** Says what to mend. Schemas may name a message of their own: `{ error: 'form.error.password' }`. */
function messageOf({ t, maybe }: I18n, issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'array') return t('form.error.choose')
      if (issue.origin !== 'string') return t('form.error.least', { least: Number(issue.minimum) })
      return Number(issue.minimum) <= 1
        ? t('form.error.required')
        : t('form.error.short', { least: Number(issue.minimum) })
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? t('form.error.long', { most: Number(issue.maximum) })
        : t('form.error.most', { most: Number(issue.maximum) })
    case 'invalid_type':
      return issue.input === undefined
        ? t('form.error.required')
        : maybe(issue.message, t('form.error.invalid'))
    case 'invalid_format':
      if (issue.format === 'email') return t('form.error.email')
      if (issue.format === 'url') return t('form.error.url')
      return maybe(issue.message, t('form.error.invalid'))
    case 'invalid_value':
      return t('form.error.choose')
    default:
      return maybe(issue.message, t('form.error.invalid'))
  }
}
