/**
 * The few ways in which a request can go wrong. The code is stable and names the message `error.<code>` in every
 * language; `params` fill it; `fields` say what is wrong where. One place turns them into a page or problem+json.
 */
export const statusOf = {
  'bad-request': 400,
  'invalid-input': 422,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  /** It is not as it was, or not as it would have to be. */
  conflict: 409,
  /** A name that something else has. */
  taken: 409,
  'too-large': 413,
  'unsupported-type': 415,
  'too-many-requests': 429,
  'cross-site': 403,
  internal: 500,
  unavailable: 503,
  /** Where files are kept is away or refuses us; the rest of the site works. */
  'files-unavailable': 503,
} as const

export type ErrorCode = keyof typeof statusOf

export interface FieldError {
  /** Path of the field, as in the form or the JSON document. */
  field: string
  /** Words in the reader's language, or the key of a message that the error's `params` fill. */
  message: string
}

export class AppError extends Error {
  override name = 'AppError'
  readonly code: ErrorCode
  readonly params: Record<string, string | number>
  readonly fields: FieldError[]

  constructor(
    code: ErrorCode,
    options: { params?: Record<string, string | number>; fields?: FieldError[]; cause?: unknown } = {},
  ) {
    super(code, { cause: options.cause })
    this.code = code
    this.params = options.params ?? {}
    this.fields = options.fields ?? []
  }

  get status(): (typeof statusOf)[ErrorCode] {
    return statusOf[this.code]
  }
}
