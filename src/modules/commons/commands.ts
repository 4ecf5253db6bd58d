import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { type Command, Option } from 'commander'
import { readTenant, type Tenant } from '#db/tenant.ts'
import { CommandError } from '#kernel/command-error.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { readPath } from '#modules/commons/archive/index.ts'
import { findImport, listProblems } from '#modules/commons/importing/imports.ts'
import { problemMessage } from '#modules/commons/importing/problem-message.ts'
import { emptyQuery, readQuery } from '#modules/commons/search/query.ts'
import { chooseNetwork, inLanguage } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

export function commonsCommands(program: Command, terminal: Terminal): void {
  importCommand(program, terminal)
  exportCommand(program, terminal)
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
          const tenant: Tenant = { networkId: network.id, audience: 'network' }
          const { importPages } = await import('#modules/commons/importing/importing.ts')
          let total: number | null = null
          const entries = readPath(path, { onTotal: count => (total = count) })
          const { importId, counts } = await importPages(db, tenant, entries, {
            origin: path,
            visibility: options.visibility ?? (network.visibility === 'public' ? 'public' : 'network'),
            progress: (phase, so) => terminal.progress(t(`cli.import.phase.${phase}`), so.read, total),
          }).catch(error => {
            if (!(error instanceof Error) || error.name !== 'ArchiveError') throw error
            const { code, detail } = error as Error & {
              code: string
              detail: Record<string, string | number>
            }
            throw new CommandError(problemMessage(i18n, code, detail))
          })
          terminal.endProgress()
          const report = []
          for (let after: number | null = -1; after !== null; ) {
            const from: number = after
            const page = await readTenant(db, tenant, trx => listProblems(trx, network.id, importId, from))
            for (const problem of page.problems) {
              const message = problemMessage(i18n, problem.code, problem.detail)
              report.push({ ...problem, message })
              if (!terminal.json && !options.quiet) {
                terminal.remark(`${problem.fileName}${problem.line ? `:${problem.line}` : ''}: ${message}`)
              }
            }
            after = page.next
          }
          const state = await readTenant(db, tenant, trx => findImport(trx, network.id, importId))
          terminal.result({ ...state, network: network.slug, report }, [
            t('cli.import.done', { network: network.slug }),
            ...(['read', 'created', 'changed', 'unchanged', 'refused', 'problems'] as const).map(
              name => `  ${t(`cli.import.count.${name}`)}: ${number(counts[name])}`,
            ),
          ])
        })
      },
    )
}

function exportCommand(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  parent(program, 'export')
    .command('commons <target>')
    .summary(t('cli.export.commons'))
    .description(t('cli.export.commons.description'))
    .addOption(
      new Option('--format <format>', t('cli.export.format'))
        .choices(['markdown', 'json', 'csv', 'xlsx', 'geojson', 'atom'])
        .default('markdown'),
    )
    .option('--network <slug>', t('cli.option.network'))
    .option('--query <query>', t('cli.export.query'), '')
    .action(
      async (
        target: string,
        options: {
          format: keyof typeof import('#modules/commons/exports/formats.ts').formats
          network?: string
          query: string
        },
      ) => {
        await withInstallation(terminal, async ({ db, config }) => {
          const network = await chooseNetwork(db, options.network, terminal)
          const { exportItems } = await import('#modules/commons/exports/exporting.ts')
          const origin = config.baseUrl ?? `http://localhost:${config.port}`
          const query = options.query ? readQuery(new URLSearchParams(options.query)) : emptyQuery
          let count = 0
          await readTenant(db, { networkId: network.id, audience: 'network' }, async trx => {
            const items = exportItems(trx, network.id, query, {
              urlOf: slug => `${origin}/${network.locale}/${network.slug}/commons/${slug}`,
            })
            const counted = (async function* () {
              for await (const item of items) {
                count += 1
                terminal.progress(t('cli.export.progress'), count, null)
                yield item
              }
            })()
            if (options.format === 'markdown' && !target.endsWith('.zip')) {
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
              formats[options.format].write(counted, { title, feed }) as Parameters<
                typeof Readable.fromWeb
              >[0],
            )
            await pipeline(stream, target === '-' ? process.stdout : createWriteStream(target), {
              end: target !== '-',
            })
          })
          terminal.endProgress()
          if (target === '-') return
          terminal.result({ network: network.slug, format: options.format, items: count, target }, [
            t('cli.export.done', { count, target }),
          ])
        })
      },
    )
}

function parent(program: Command, name: string): Command {
  const found = program.commands.find(command => command.name() === name)
  if (!found) throw new Error(`There is no command ${name} to add to`)
  return found
}
