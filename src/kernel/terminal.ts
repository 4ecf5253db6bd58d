import { type Locale, localeOfEnvironment } from '#kernel/locale.ts'

/** How commands speak: results on standard output, progress and remarks on standard error. */
export interface Terminal {
  locale: Locale
  /** Whether results are wanted as JSON, for programs to read. */
  json: boolean
  /** A result: the lines for people, or the value for programs. */
  result(value: unknown, lines: string[]): void
  remark(line: string): void
  /** Shows how far a long task is, to whoever watches: into a file or a pipe nothing goes. `total` null: unknown. */
  progress(label: string, done: number, total: number | null): void
  endProgress(): void
}

export function openTerminal(env: Record<string, string | undefined> = process.env): Terminal {
  const live = process.stderr.isTTY === true
  let lastShown = 0
  let open = false
  return {
    locale: localeOfEnvironment(env),
    json: false,
    result(value, lines) {
      this.endProgress()
      process.stdout.write(this.json ? `${JSON.stringify(value)}\n` : lines.map(line => `${line}\n`).join(''))
    },
    remark(line) {
      this.endProgress()
      process.stderr.write(`${line}\n`)
    },
    progress(label, done, total) {
      const now = Date.now()
      if (!live || (now - lastShown < 80 && done !== total)) return
      lastShown = now
      const share = total ? Math.min(1, done / total) : 0
      const bar = total
        ? `${'━'.repeat(Math.round(share * 30)).padEnd(30, '·')} ${Math.round(share * 100)} %  `
        : ''
      process.stderr.write(`\r\u001b[2K${bar}${done}${total ? `/${total}` : ''} ${label}`)
      open = true
    },
    endProgress() {
      if (open) process.stderr.write('\n')
      open = false
    },
  }
}
