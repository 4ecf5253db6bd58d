import { AppError, type ErrorCode } from '#kernel/errors.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

/** Why a file is not taken in. */
export type FileProblem =
  | 'empty'
  /** More than one file may have: `megabytes`. */
  | 'too-large'
  /** More than the network has room for: `megabytes`, the whole of it. */
  | 'no-room'
  /** A picture is wanted, or a picture came whose metadata cannot be taken out: `types`. */
  | 'image-type'
  /** Cut off, damaged, or not what its beginning says. */
  | 'broken-image'
  /** `megapixels` at most. */
  | 'too-many-pixels'

const codes: Record<FileProblem, ErrorCode> = {
  empty: 'bad-request',
  'too-large': 'too-large',
  'no-room': 'too-large',
  'image-type': 'unsupported-type',
  'broken-image': 'invalid-input',
  'too-many-pixels': 'invalid-input',
}

const messages: Record<FileProblem, MessageKey> = {
  empty: 'file.problem.empty',
  'too-large': 'file.problem.too-large',
  'no-room': 'file.problem.no-room',
  'image-type': 'file.problem.image-type',
  'broken-image': 'file.problem.broken-image',
  'too-many-pixels': 'file.problem.too-many-pixels',
}

export class FileError extends AppError {
  override name = 'FileError'
  readonly problem: FileProblem

  constructor(problem: FileProblem, params: Record<string, string | number> = {}, cause?: unknown) {
    super(codes[problem], { params, fields: [{ field: 'file', message: messages[problem] }], cause })
    this.problem = problem
  }
}

/** What to say beside the field of the form. */
export function fileProblem(i18n: I18n, error: FileError): string {
  return i18n.t(messages[error.problem], error.params)
}
