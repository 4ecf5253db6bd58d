import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { type Command, Option } from 'commander'
import { readTenant, type Tenant } from '#db/tenant.ts'
import { CommandError } from '#kernel/command-error.ts'
import { linkOriginOf } from '#kernel/config.ts'
import { AppError } from '#kernel/errors.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { readPath } from '#modules/commons/archive/index.ts'
import type { Format } from '#modules/commons/exports/formats.ts'
import { findImport, listProblems } from '#modules/commons/importing/imports.ts'
import { problemMessage } from '#modules/commons/importing/problem-message.ts'
import { collectionExportCommand, itemExportCommand } from '#modules/commons/publication/command.ts'
import { reindexCommand } from '#modules/commons/reindex-command.ts'
import {
  type CommonsQuery,
  emptyQuery,
  queryNames,
  readQuery,
  sorts,
  unknownNames,
} from '#modules/commons/search/query.ts'
import { templateCommands } from '#modules/commons/templates/template-commands.ts'
import { chooseNetwork, inLanguage } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'

export function commonsCommands(program: Command, terminal: Terminal): void {
  importCommand(program, terminal)
  exportCommand(program, terminal)
  itemExportCommand(parent(program, 'export'), terminal)
  collectionExportCommand(parent(program, 'export'), terminal)
  reindexCommand(program, terminal)
  templateCommands(program, terminal)
}

function importCommand(program: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  const { t, number } = i18n
  parent(program, 'import')
    .command('commons <path>')
    .summary(t('cli.import.commons'))
    .description(t('cli.import.commons.description'))
    .option('--network <slug>', t('cli.option.network'))
    .addOption(
      new Option('--visibility <visibility>', t('cli.import.visibility')).choices(['public', 'network']),
    )
    .option('--quiet', t('cli.import.quiet'))
    .action(
      async (
        path: string,
        options: { network?: string; visibility?: 'public' | 'network'; quiet?: boolean },
      ) => {
        await stat(path).catch(() => {
          throw new CommandError(t('cli.import.no-path', { path }), 2)
        })
        await withInstallation(terminal, async ({ db }) => {
          const network = await chooseNetwork(db, options.network, terminal)
          if (network.demonstration) terminal.remark(t('cli.import.demonstration', { network: network.slug }))
          const tenant: Tenant = { networkId: network.id, audience: 'network' }
          const { importPages } = await import('#modules/commons/importing/importing.ts')
          let total: number | null = null
          const entries = readPath(path, { onTotal: count => (total = count) })
          const { importId, counts } = await importPages(db, tenant, entries, {
            // What came with the demonstration is known by such an origin, and goes without asking: nothing else has it.
            origin: path.startsWith('demo/') ? resolve(path) : path,
            visibility: options.visibility ?? (network.visibility === 'public' ? 'public' : 'network'),
            progress: (phase, so) =>
              terminal.progress(t(`cli.import.phase.${phase}`, { count: total ?? so.read }), so.read, total),
          }).catch(error => {
            if (!(error instanceof Error) || error.name !== 'ArchiveError') throw error
            const { code, detail } = error as Error & {
              code: string
              detail: Record<string, string | number>
            }
            throw new CommandError(problemMessage(i18n, code, detail))
          })
          terminal.endProgress()
          const report: { fileName: string; line: number | null; message: string }[] = []
          for (let after: number | null = -1; after !== null; ) {
            const from: number = after
            const page = await readTenant(db, tenant, trx => listProblems(trx, network.id, importId, from))
            for (const problem of page.problems) {
              const message = problemMessage(i18n, problem.code, problem.detail)
              report.push({ ...problem, message })
            }
            after = page.next
          }
          const failure = nothingKept(i18n, path, counts, report)
          if (!terminal.json && !options.quiet && !(failure && isWordDocument(report))) {
            for (const { fileName, line, message } of report)
              terminal.remark(`${fileName}${line ? `:${line}` : ''}: ${message}`)
          }
          const state = await readTenant(db, tenant, trx => findImport(trx, network.id, importId))
          const result = { ...state, network: network.slug, report }
          if (failure !== null) {
            // One answer to a program, and the report is in it.
            if (!terminal.json) throw new CommandError(failure)
            terminal.result({ ...result, error: failure }, [])
            process.exitCode = 1
            return
          }
          terminal.result(result, [
            t('cli.import.done', { network: network.slug }),
            ...(['read', 'created', 'changed', 'unchanged', 'refused', 'problems'] as const).map(
              name =>
                `  ${t('cli.line', { label: t(`cli.import.count.${name}`), value: number(counts[name]) })}`,
            ),
          ])
        })
      },
    )
}

/** Why nothing at all was taken in; null where something was. */
function nothingKept(
  { t }: I18n,
  path: string,
  { read, refused }: { read: number; refused: number },
  report: { fileName: string }[],
): string | null {
  if (read === 0) return t('cli.import.nothing', { path })
  if (refused < read) return null
  if (isWordDocument(report)) return t('cli.import.word-document', { path })
  return t('cli.import.all-refused', { count: refused })
}

/** A .docx is a zip, whatever it is called: of its parts, all refused, people know nothing. */
function isWordDocument(report: { fileName: string }[]): boolean {
  return (
    report.some(({ fileName }) => fileName === '[Content_Types].xml') &&
    report.some(({ fileName }) => fileName.startsWith('word/'))
  )
}

function exportCommand(program: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  const { t } = i18n
  parent(program, 'export')
    .command('commons <target>')
    .summary(t('cli.export.commons'))
    .description(t('cli.export.commons.description'))
    .addOption(
      new Option('--format <format>', t('cli.export.format')).choices([
        'markdown',
        'json',
        'csv',
        'xlsx',
        'geojson',
        'atom',
      ]),
    )
    .option('--network <slug>', t('cli.option.network'))
    .option('--query <query>', t('cli.export.query'), '')
    .action(
      async (
        target: string,
        options: {
          format?: Format
          network?: string
          query: string
        },
      ) => {
        const query = options.query ? queryGiven(i18n, options.query) : emptyQuery
        const format = options.format ?? formatOf(target)
        await withInstallation(terminal, async ({ db, config }) => {
          const network = await chooseNetwork(db, options.network, terminal)
          const { exportItems } = await import('#modules/commons/exports/exporting.ts')
          const origin = linkOriginOf(config)
          let count = 0
          await readTenant(db, { networkId: network.id, audience: 'network' }, async trx => {
            const items = exportItems(work => work(trx), network.id, query, {
              urlOf: slug => `${origin}/${network.locale}/${network.slug}/commons/${slug}`,
            })
            const counted = (async function* () {
              for await (const item of items) {
                count += 1
                terminal.progress(t('cli.export.progress', { count }), count, null)
                yield item
              }
            })()
            if (format === 'markdown' && !/\.zip$/i.test(target) && target !== '-') {
              const { writeFolder } = await import('#modules/commons/exports/folder.ts')
              await writeFolder(counted, target)
              return
            }
            const { formats } = await import('#modules/commons/exports/formats.ts')
            const title = inLanguage(network.name, terminal.locale, network.locale).text
            const feed = {
              self: pathToFileURL(target).href,
              home: `${origin}/${network.locale}/${network.slug}/commons`,
              author: title,
              language: network.locale,
            }
            const stream = Readable.fromWeb(
              formats[format].write(counted, { title, feed }) as Parameters<typeof Readable.fromWeb>[0],
            )
            await pipeline(stream, target === '-' ? process.stdout : createWriteStream(target), {
              end: target !== '-',
            })
          }).catch(error => {
            throw unwritable(i18n, target, error) ?? error
          })
          terminal.endProgress()
          if (target === '-') return
          terminal.result({ network: network.slug, format, items: count, target }, [
            t('cli.export.done', { count, target }),
          ])
        })
      },
    )
}

/** @throws CommandError that says in the reader's words what --query should not have */
function queryGiven({ t }: I18n, text: string): CommonsQuery {
  const params = new URLSearchParams(text)
  // An address that was copied can name a part of a page, or of the values that it offers.
  const [name] = unknownNames(params, [...queryNames, 'part', 'all', 'beyond'])
  if (name !== undefined)
    throw new CommandError(t('cli.export.query-unknown', { name, names: queryNames.join(', ') }), 2)
  try {
    return readQuery(params)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const wrong = error.fields.map(({ field }) =>
      field === 'sort'
        ? t('cli.export.query-sort', { sorts: sorts.join(', ') })
        : t('cli.export.query-wrong', { field }),
    )
    throw new CommandError(wrong.join('\n'), 2)
  }
}

/** What the name of the file promises; pages in Markdown where it promises nothing. */
function formatOf(target: string): Format {
  const extension = extname(target).slice(1).toLowerCase()
  const named = (['json', 'csv', 'xlsx', 'geojson', 'atom'] as const).find(format => format === extension)
  return named ?? 'markdown'
}

/** The system's refusal to write, as one of ours; null for any other error, the database's among them. */
function unwritable({ t }: I18n, path: string, error: unknown): CommandError | null {
  const { syscall, message } = error as { syscall?: unknown; message?: unknown }
  if (!['open', 'mkdir', 'write', 'rename', 'close'].includes(String(syscall))) return null
  return new CommandError(t('cli.export.unwritable', { path, reason: String(message) }))
}

function parent(program: Command, name: string): Command {
  const found = program.commands.find(command => command.name() === name)
  if (!found) throw new Error(`There is no command ${name} to add to`)
  return found
}
