import type { Command } from 'commander'
import { inTenant, readTenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { CommandError } from '#kernel/command-error.ts'
import { linkOriginOf } from '#kernel/config.ts'
import { AppError } from '#kernel/errors.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { chooseNetwork, type Entry, inWords, type Network, Refusal } from '#modules/network/index.ts'
import { countryOf } from '#modules/programmes/course/country.ts'
import { type ListedProgramme, listProgrammes } from '#modules/programmes/course/listing.ts'
import { makeProgramme } from '#modules/programmes/course/making.ts'
import { moveSteps, proposeMoves } from '#modules/programmes/course/moving.ts'
import { previewProgramme } from '#modules/programmes/course/previewing.ts'
import { makingInput, wishForm } from '#modules/programmes/course/schema.ts'
import { whenWords } from '#modules/programmes/course/views/names.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { stepsOf, structureOf } from '#modules/programmes/programme.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'

/** `cordee programme list | show ID | make GROUP TEMPLATE | move ID STEP DAY` */
export function courseCommands(program: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  const { t } = i18n
  const programme = program
    .command('programme')
    .summary(t('cli.programme.summary'))
    .description(t('cli.programme.summary'))
  listCommand(programme, terminal, i18n)
  showCommand(programme, terminal, i18n)
  makeCommand(programme, terminal, i18n)
  moveCommand(programme, terminal, i18n)
}

function listCommand(programme: Command, terminal: Terminal, { t }: I18n): void {
  programme
    .command('list')
    .summary(t('cli.programme.list'))
    .option('--network <slug>', t('cli.option.network'))
    .action((options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const entry = entryFor(await chooseNetwork(db, options.network, terminal))
        const found: ListedProgramme[] = []
        let after: string | undefined
        do {
          const part = await readTenant(db, entry.tenant, trx =>
            listProgrammes(trx, entry, { after, limit: 500 }),
          )
          found.push(...part.programmes)
          after = part.next ?? undefined
        } while (after !== undefined)
        terminal.result(
          found,
          found.map(({ id, name, group, startsOn, steps }) =>
            [id, startsOn, name, group.name, `${steps.over}/${steps.all}`].join('  '),
          ),
        )
      }),
    )
}

function showCommand(programme: Command, terminal: Terminal, i18n: I18n): void {
  const { t } = i18n
  programme
    .command('show <programme>')
    .summary(t('cli.programme.show'))
    .option('--network <slug>', t('cli.option.network'))
    .action((id: string, options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const entry = entryFor(await chooseNetwork(db, options.network, terminal))
        const found = await readTenant(db, entry.tenant, async trx => {
          const { programme } = await openProgramme(trx, entry, id, 'read')
          return { ...programme, capsules: await structureOf(trx, entry.network.id, programme.id) }
        }).catch(cause => refused(i18n, cause, id))
        terminal.result(found, [
          found.name,
          ...found.capsules.flatMap(({ title, steps }) => [
            title,
            ...steps.map(step => `  ${step.id}  ${step.title}  ${whenWords(i18n, step)}`),
          ]),
        ])
      }),
    )
}

interface MakeOptions {
  network?: string
  start: string
  country?: string
  name?: string
  dryRun?: boolean
  quiet?: boolean
}

function makeCommand(programme: Command, terminal: Terminal, i18n: I18n): void {
  const { t } = i18n
  programme
    .command('make <group> <template>')
    .summary(t('cli.programme.make'))
    .requiredOption('--start <day>', t('cli.programme.make.start'))
    .option('--country <code>', t('cli.programme.make.country'))
    .option('--name <name>', t('cli.programme.make.name'))
    .option('--dry-run', t('cli.programme.make.dry'))
    .option('--quiet', t('cli.programme.make.quiet'))
    .option('--network <slug>', t('cli.option.network'))
    .action((group: string, template: string, options: MakeOptions) =>
      withInstallation(terminal, async ({ db, config }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const entry = entryFor(network)
        const country =
          options.country ?? (await readTenant(db, entry.tenant, trx => countryOf(trx, network)))
        const parsed = makingInput.safeParse({
          ...{ group, template, name: options.name ?? template, startsOn: options.start, country },
          ...{ language: network.locale, timeZone: network.timeZone, announce: !options.quiet },
        })
        if (!parsed.success) {
          const lines = parsed.error.issues.map(
            issue => `${issue.path.join('.')}: ${i18n.maybe(issue.message, issue.message)}`,
          )
          throw new CommandError(lines.join('\n'), 2)
        }
        if (options.dryRun) {
          const { plan, counts } = await readTenant(db, entry.tenant, trx =>
            previewProgramme(trx, entry, parsed.data),
          ).catch(cause => refused(i18n, cause, group))
          terminal.result({ ...plan, counts }, [
            ...plan.capsules.flatMap(({ title, steps }) => [
              title,
              ...steps.map(step => `  ${step.key}  ${step.title}  ${whenWords(i18n, step)}`),
            ]),
          ])
          return
        }
        const linkOrigin = linkOriginOf(config)
        const id = await inTenant(db, entry.tenant, trx =>
          makeProgramme(trx, entry, parsed.data, linkOrigin),
        ).catch(cause => refused(i18n, cause, group))
        terminal.result({ id }, [t('cli.programme.made', { name: parsed.data.name }), id])
      }),
    )
}

function moveCommand(programme: Command, terminal: Terminal, i18n: I18n): void {
  const { t } = i18n
  programme
    .command('move <programme> <step> <day>')
    .summary(t('cli.programme.move'))
    .option('--dry-run', t('cli.programme.make.dry'))
    .option('--network <slug>', t('cli.option.network'))
    .action((id: string, step: string, day: string, options: { network?: string; dryRun?: boolean }) =>
      withInstallation(terminal, async ({ db, config }) => {
        const entry = entryFor(await chooseNetwork(db, options.network, terminal))
        const wish = wishForm.safeParse({ step, day, time: null, opens: null })
        if (!wish.success) throw new CommandError(i18n.t('form.error.date'), 2)
        const linkOrigin = linkOriginOf(config)
        const moved = await inTenant(db, entry.tenant, async trx => {
          const { programme } = await openProgramme(trx, entry, id, 'run')
          const { moves } = await proposeMoves(trx, entry, id, wish.data)
          const titles = new Map(
            stepsOf(await structureOf(trx, entry.network.id, id)).map(one => [one.id, one.title]),
          )
          if (moves.length > 0 && !options.dryRun)
            await moveSteps(
              trx,
              entry,
              id,
              { revision: programme.revision, moves: moves.map(move => ({ ...move, beginsAt: null })) },
              linkOrigin,
            )
          return moves.map(move => ({ ...move, title: titles.get(move.stepId) ?? '' }))
        }).catch(cause => refused(i18n, cause, id))
        terminal.result(moved, [
          ...moved.map(({ title, from, dueOn }) => `${title}  ${from.dueOn} → ${dueOn}`),
          t('cli.programme.moved', { count: moved.length }),
        ])
      }),
    )
}

/** Whoever runs commands runs all of it. */
function entryFor(network: Network): Entry {
  return {
    network,
    tenant: { networkId: network.id, audience: 'network' },
    role: 'administrator',
    personId: null,
    mandates: [],
    actor: commandLine,
    scopes: null,
  }
}

function refused(i18n: I18n, cause: unknown, programme: string): never {
  if (cause instanceof Refusal)
    throw new CommandError(
      inWords(i18n, cause)
        .fields.map(({ field, message }) => (field ? `${field}: ${message}` : message))
        .join('\n'),
      2,
    )
  if (cause instanceof AppError && cause.code === 'not-found')
    throw new CommandError(i18n.t('cli.programme.unknown', { programme }))
  throw cause
}
