import { type Command, type CommanderError, Help } from 'commander'
import type { Locale } from '#kernel/locale.ts'
import { type I18n, i18nFor, type MessageKey } from '#platform/i18n/i18n.ts'

const titles: Record<string, MessageKey> = {
  'Usage:': 'cli.help.usage',
  'Arguments:': 'cli.help.arguments',
  'Options:': 'cli.help.options',
  'Global Options:': 'cli.help.global-options',
  'Commands:': 'cli.help.commands',
}

/** What commander says in English, with what it tells; a sentence that is not here is left as it is. */
const sentences: [pattern: RegExp, key: MessageKey][] = [
  [/^unknown command '(?<name>.*?)'/, 'cli.wrong.unknown-command'],
  [/^unknown option '(?<name>.*?)'/, 'cli.wrong.unknown-option'],
  [/^missing required argument '(?<name>.*?)'/, 'cli.wrong.missing-argument'],
  [/^required option '(?<name>.*?)' not specified/, 'cli.wrong.missing-option'],
  [/^option '(?<name>.*?)' argument missing/, 'cli.wrong.missing-value'],
  [/^too many arguments.*?: (?<given>.*)\.$/s, 'cli.wrong.too-many'],
  [/^option '(?<name>.*?)' argument '(?<value>.*?)' is invalid\.\s*/s, 'cli.wrong.value'],
  [/^command-argument value '(?<value>.*?)' is invalid for argument '(?<name>.*?)'\.\s*/s, 'cli.wrong.value'],
]

/** Has commander speak the reader's language: its titles, its remarks on options, and what it refuses. */
export function speakLanguage(program: Command, locale: Locale): Command {
  const i18n = i18nFor(locale)
  const { t } = i18n
  return program
    .configureHelp({
      sortSubcommands: false,
      showGlobalOptions: true,
      styleTitle(title) {
        const key = titles[title]
        return key ? t(key) : title
      },
      optionDescription(option) {
        const said = Help.prototype.optionDescription.call(this, option)
        return said
          .replace(/\bchoices: ("[^)]*?")(?=, default: |\)$)/, (_, values) =>
            t('cli.help.choices', { values }),
          )
          .replace(/\bdefault: (.*)(?=\)$)/, (_, value) => t('cli.help.default', { value }))
      },
    })
    .configureOutput({ outputError: (text, write) => write(`${refusal(text, i18n)}\n`) })
}

/** What commander refuses, for a program that reads JSON. */
export function refusalOf(error: CommanderError, locale: Locale): string {
  return refusal(error.message, i18nFor(locale))
}

function refusal(text: string, { t }: I18n): string {
  const said = text.trimEnd().replace(/^error: /, '')
  for (const [pattern, key] of sentences) {
    const match = pattern.exec(said)
    if (!match) continue
    const rest = said
      .slice(match[0].length)
      .trim()
      .replace(/^Allowed choices are (.*)\.$/, (_, values) => t('cli.wrong.choices', { values }))
      .replace(/^\(Did you mean (?:one of )?(.*)\?\)$/, (_, names) => t('cli.wrong.similar', { names }))
    return [t(key, match.groups), rest].filter(part => part !== '').join(' ')
  }
  return said
}
