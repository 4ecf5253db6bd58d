import { createInterface } from 'node:readline/promises'
import { CommandError } from '#kernel/command-error.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/**
 * Asks for a word before something is erased for ever, unless `--yes` was given.
 * @param unasked exit code where nobody is there to be asked
 * @throws CommandError where nobody can be asked, or the word is another: then it says `leftAlone`
 */
export async function confirmErasing(
  terminal: Terminal,
  options: { yes: boolean | undefined; unasked: 1 | 2; leftAlone: string },
): Promise<void> {
  if (options.yes) return
  const { t } = i18nFor(terminal.locale)
  if (!process.stdin.isTTY) throw new CommandError(t('cli.confirm.needs-yes'), options.unasked)
  const word = t('cli.confirm.word')
  const reading = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await reading.question(`${t('cli.confirm.question', { word })} `)
    if (answer.trim().toLowerCase() !== word) throw new CommandError(options.leftAlone)
  } finally {
    reading.close()
  }
}
