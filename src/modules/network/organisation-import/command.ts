import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { CommandError } from '#kernel/command-error.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { chooseNetwork } from '#modules/network/choice.ts'
import { carryOut } from '#modules/network/organisation-import/carrying-out.ts'
import { checkImport } from '#modules/network/organisation-import/checking.ts'
import type { Decision } from '#modules/network/organisation-import/findings.ts'
import { changeImport, findImport } from '#modules/network/organisation-import/imports.ts'
import {
  countLines,
  decideAll,
  listLines,
  type ReportLine,
} from '#modules/network/organisation-import/keeping.ts'
import { countsSaid } from '#modules/network/organisation-import/report.ts'
import { approve, beginImport } from '#modules/network/organisation-import/starting.ts'
import {
  failureSaid,
  outcomeName,
  phaseKeys,
  problemSaid,
  proposalSaid,
} from '#modules/network/organisation-import/words-said.ts'
import { inWords, Refusal } from '#modules/network/refusal.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { SheetError } from '#platform/spreadsheets/sheet.ts'
import { readTables } from '#platform/spreadsheets/tables.ts'

const nears: readonly Decision[] = ['new', 'complete', 'overwrite', 'leave']

interface Options {
  network?: string
  dryRun?: boolean
  near?: Decision
}

export function organisationImportCommand(program: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  const { t } = i18n
  parent(program, 'import')
    .command('organisations <path>')
    .summary(t('cli.import.organisations'))
    .description(t('cli.import.organisations.description'))
    .option('--network <slug>', t('cli.option.network'))
    .option('--dry-run', t('cli.import.organisations.dry-run'))
    .addOption(new Option('--near <decision>', t('cli.import.organisations.near')).choices(nears))
    .action(async (path: string, options: Options) => {
      const bytes = await readFile(path).catch(() => {
        throw new CommandError(t('cli.import.no-path', { path }), 2)
      })
      await withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant: Tenant = { networkId: network.id, audience: 'network' }
        const inNetwork = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(db, tenant, work)
        try {
          const name = basename(path).slice(-200)
          const book = await readTables(bytes, name)
          const id = await inNetwork(trx =>
            beginImport(trx, network.id, { name, fileId: null, book, createdBy: null }),
          )
          const one = await inNetwork(trx => findImport(trx, network.id, id))
          if (!one.reading.columns.includes('name'))
            throw new Refusal({ field: '', message: 'organisation-import.error.no-name-column' })
          await inNetwork(trx => changeImport(trx, network.id, id, { state: 'checking' }))
          await checkImport(
            db,
            tenant,
            id,
            async () => book,
            (phase, done, total) => terminal.progress(t(phaseKeys[phase], { count: done }), done, total),
          )
          if (options.near) {
            const { near } = options
            await inNetwork(async trx => {
              await decideAll(trx, network.id, id, near, 'undecided')
              const { counts } = await findImport(trx, network.id, id)
              await changeImport(trx, network.id, id, {
                counts: { ...(await countLines(trx, network.id, id)), passed: counts.passed },
              })
            })
          }
          if (!options.dryRun) {
            await inNetwork(trx => approve(trx, network.id, id, null))
            const { done } = await carryOut(db, tenant, commandLine, id, (phase, count) =>
              terminal.progress(t(phaseKeys[phase], { count }), count, null),
            )
            if (!done) throw new CommandError(failureSaid({ code: 'network-changed', detail: {} }, i18n))
          }
          terminal.endProgress()
          const after = await inNetwork(trx => findImport(trx, network.id, id))
          const lines = await allLines(last =>
            readTenant(db, tenant, trx =>
              listLines(trx, network.id, id, 'all', { after: last, limit: 1_000 }),
            ),
          )
          if (!terminal.json) tell(lines)
          const report = lines.map(line => ({ line: line.line, name: line.name, outcome: outcomeName(line) }))
          terminal.result({ id, network: network.slug, state: after.state, counts: after.counts, report }, [
            t(options.dryRun ? 'cli.import.organisations.tried' : 'cli.import.organisations.done', {
              network: network.slug,
            }),
            ...countsSaid(after, i18n).map(said => `  ${said}`),
          ])
        } catch (error) {
          if (error instanceof SheetError) throw new CommandError(failureSaid(error, i18n))
          if (!(error instanceof Refusal)) throw error
          const said = inWords(i18n, error).fields.map(({ message }) => message)
          const open = error.reasons.some(({ message }) => message === 'organisation-import.error.undecided')
          if (open) said.push(t('cli.import.organisations.decide', { choices: nears.join(', ') }))
          throw new CommandError(said.join('\n'))
        }
      })
    })

  /** What is worth a look: problems, and what lines may be. */
  function tell(lines: ReportLine[]): void {
    for (const line of lines) {
      const said = [
        ...line.problems.map(problem => problemSaid(problem, i18n)),
        ...(line.decision === null ? line.proposals.map(proposal => proposalSaid(proposal, i18n)) : []),
      ]
      if (said.length > 0) terminal.remark(`${line.line}: ${line.name} — ${said.join(' ')}`)
    }
  }
}

async function allLines(
  next: (after: number) => Promise<{ lines: ReportLine[]; next: number | null }>,
): Promise<ReportLine[]> {
  const lines: ReportLine[] = []
  for (let after: number | null = -1; after !== null; ) {
    const found: Awaited<ReturnType<typeof next>> = await next(after)
    lines.push(...found.lines)
    after = found.next
  }
  return lines
}

function parent(program: Command, name: string): Command {
  const found = program.commands.find(command => command.name() === name)
  if (!found) throw new Error(`There is no command ${name} to add to`)
  return found
}
