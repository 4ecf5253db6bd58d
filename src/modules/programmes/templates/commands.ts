import { readFile, writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Command } from 'commander'
import { readTenant, type Tenant } from '#db/tenant.ts'
import { CommandError } from '#kernel/command-error.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { chooseNetwork } from '#modules/network/index.ts'
import { findTemplate, templateChoices } from '#modules/programmes/templates/catalogue.ts'
import type { Kinds } from '#modules/programmes/templates/checks.ts'
import { problemMessage } from '#modules/programmes/templates/problem.ts'
import { readTemplate, writeTemplate } from '#modules/programmes/templates/reading.ts'
import { templateJsonSchema } from '#modules/programmes/templates/schema.ts'
import { periodWords } from '#modules/programmes/templates/views/names.ts'
import { textIn } from '#modules/programmes/templates/words.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/** `cordee programme-templates list | check FILE | export KEY [TARGET] | schema` */
export function templateCommands(program: Command, terminal: Terminal, kinds: Kinds): void {
  const { t } = i18nFor(terminal.locale)
  const templates = program.command('programme-templates').summary(t('cli.programmeTemplate'))
  templates.description(t('cli.programmeTemplate'))
  listCommand(templates, terminal)
  checkCommand(templates, terminal, kinds)
  exportCommand(templates, terminal)
  templates
    .command('schema')
    .summary(t('cli.programmeTemplate.schema'))
    .action(() => {
      const schema = templateJsonSchema()
      terminal.result(schema, [JSON.stringify(schema, null, 2)])
    })
}

function listCommand(templates: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  const { t } = i18n
  templates
    .command('list')
    .summary(t('cli.programmeTemplate.list'))
    .option('--network <slug>', t('cli.option.network'))
    .action((options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant: Tenant = { networkId: network.id, audience: 'network' }
        const found = await readTenant(db, tenant, trx => templateChoices(trx, network.id))
        terminal.result(
          found,
          found.map(({ key, version, name, duration, capsules, steps, shipped }) =>
            [
              ...[key, textIn(name, i18n.locale), periodWords(i18n, duration)],
              t('programmeTemplate.shape', { capsules, steps }),
              t('programmeTemplate.version', { version }),
              t(shipped ? 'programmeTemplate.shipped' : 'programmeTemplate.own'),
            ].join('  '),
          ),
        )
      }),
    )
}

function checkCommand(templates: Command, terminal: Terminal, kinds: Kinds): void {
  const i18n = i18nFor(terminal.locale)
  templates
    .command('check <file>')
    .summary(i18n.t('cli.programmeTemplate.check'))
    .action(async (file: string) => {
      const text = await readFile(file, 'utf8').catch(error => {
        throw new CommandError(
          i18n.t('cli.programmeTemplate.unreadable', { file, reason: reasonOf(error) }),
          2,
        )
      })
      const reading = readTemplate(text, kinds)
      if ('problems' in reading) {
        const said = reading.problems.map(problem => `  ${problemMessage(i18n, problem)}`)
        const count = said.length
        throw new CommandError(
          [i18n.t('cli.programmeTemplate.problems', { file, count }), ...said].join('\n'),
        )
      }
      const { key, capsules } = reading.template
      const steps = capsules.reduce((count, capsule) => count + capsule.steps.length, 0)
      terminal.result({ file, key, steps }, [i18n.t('cli.programmeTemplate.sound', { file, key, steps })])
    })
}

function exportCommand(templates: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  templates
    .command('export <key> [target]')
    .summary(t('cli.programmeTemplate.export'))
    .option('--network <slug>', t('cli.option.network'))
    .action((key: string, target: string | undefined, options: { network?: string }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant: Tenant = { networkId: network.id, audience: 'network' }
        const template = await readTenant(db, tenant, trx => findTemplate(trx, network.id, key))
        if (!template)
          throw new CommandError(t('cli.programmeTemplate.unknown', { key, network: network.slug }), 2)
        const asJson = target !== undefined && extname(target) === '.json'
        const text = asJson ? `${JSON.stringify(template, null, 2)}\n` : writeTemplate(template)
        if (target === undefined || target === '-') {
          terminal.result(template, [text.trimEnd()])
          return
        }
        await writeFile(target, text).catch(error => {
          throw new CommandError(t('cli.export.unwritable', { path: target, reason: reasonOf(error) }))
        })
        const { version } = template
        terminal.result({ key, version, target }, [
          t('cli.programmeTemplate.written', { key, version, target }),
        ])
      }),
    )
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
