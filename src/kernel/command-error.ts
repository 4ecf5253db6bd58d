/** A command that cannot do what it was asked, said in the reader's words. Exit code 1 unless another is given. */
export class CommandError extends Error {
  override name = 'CommandError'
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}
