import { readFile, writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Command } from 'commander'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { CommandError } from '#kernel/command-error.ts'
import { AppError } from '#kernel/errors.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { saveTemplate, templateOf, templatesOf } from '#modules/commons/templates/catalogue.ts'
import { readDefinition, writeDefinition } from '#modules/commons/templates/definition.ts'
import { definitionJsonSchema } from '#modules/commons/templates/definition-json-schema.ts'
import { definitionProblemMessage } from '#modules/commons/templates/definition-problem.ts'
import { questionsWithin } from '#modules/commons/templates/question-paths.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import { isShipped } from '#modules/commons/templates/shipped.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { chooseNetwork } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/** `cordee template list | check FILE | export KEY | import FILE | schema` */
export function templateCommands(program: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  const templates = program
    .command('template')
    .summary(t('cli.template'))
    .description(t('cli.template.description'))
  listCommand(templates, terminal)
  checkCommand(templates, terminal)
  exportCommand(templates, terminal)
  importCommand(templates, terminal)
  templates
    .command('schema')
    .summary(t('cli.template.schema'))
    .action(() => {
      const schema = definitionJsonSchema()
      terminal.result(schema, [JSON.stringify(schema, null, 2)])
    })
}

function listCommand(templates: Command, terminal: Terminal): void {
  const { t, locale } = i18nFor(terminal.locale)
  templates
    .command('list')
    .summary(t('cli.template.list'))
    .option('--network <slug>', t('cli.option.network'))
    .action(async (options: { network?: string }) => {
      await withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant: Tenant = { networkId: network.id, audience: 'network' }
        const found = await readTenant(db, tenant, trx => templatesOf(trx, network.id))
        const rows = found.map(template => ({
          ...{ key: template.key, version: template.version, type: template.type },
          ...{ name: inWords(template.name, locale), shipped: isShipped(template) },
        }))
        terminal.result(
          { network: network.slug, templates: rows },
          rows.map(({ key, version, name, shipped }) =>
            t('cli.template.list.line', {
              key,
              version,
              name,
              origin: shipped ? t('templates.shipped') : network.slug,
            }),
          ),
        )
      })
    })
}

function checkCommand(templates: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  templates
    .command('check <file>')
    .summary(t('cli.template.check'))
    .action(async (file: string) => {
      const template = await readFileOf(file, terminal)
      const questions = questionsWithin(template).size
      terminal.result({ file, key: template.key, questions }, [
        t('cli.template.check.sound', { file, key: template.key, questions }),
      ])
    })
}

function exportCommand(templates: Command, terminal: Terminal): void {
  const { t } = i18nFor(terminal.locale)
  templates
    .command('export <key> [target]')
    .summary(t('cli.template.export'))
    .description(t('cli.template.export.description'))
    .option('--network <slug>', t('cli.option.network'))
    .action(async (key: string, target: string | undefined, options: { network?: string }) => {
      await withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant: Tenant = { networkId: network.id, audience: 'network' }
        const template = await readTenant(db, tenant, trx => templateOf(trx, network.id, key))
        if (!template) throw new CommandError(t('cli.template.unknown', { key, network: network.slug }), 2)
        const asJson = target !== undefined && extname(target) === '.json'
        const text = asJson ? `${JSON.stringify(template, null, 2)}\n` : writeDefinition(template)
        if (target === undefined || target === '-') {
          terminal.result(template, [text.trimEnd()])
          return
        }
        await writeFile(target, text).catch(error => {
          throw new CommandError(t('cli.export.unwritable', { path: target, reason: reasonOf(error) }))
        })
        const { version } = template
        terminal.result({ network: network.slug, key, version, target }, [
          t('cli.template.export.done', { key, version, target }),
        ])
      })
    })
}

function importCommand(templates: Command, terminal: Terminal): void {
  const { t, maybe } = i18nFor(terminal.locale)
  templates
    .command('import <file>')
    .summary(t('cli.template.import'))
    .description(t('cli.template.import.description'))
    .option('--confirmed', t('cli.template.import.confirmed'))
    .option('--network <slug>', t('cli.option.network'))
    .action(async (file: string, options: { confirmed?: boolean; network?: string }) => {
      const template = await readFileOf(file, terminal)
      await withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const tenant: Tenant = { networkId: network.id, audience: 'network' }
        const entry = { network, personId: null, actor: commandLine }
        const { confirmed = false } = options
        const saved = await inTenant(db, tenant, trx =>
          saveTemplate(trx, entry, template, { confirmed }),
        ).catch(error => {
          if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error
          const said = error.fields.map(({ message }) => maybe(message, message, error.params))
          throw new CommandError(said.join('\n'))
        })
        const { key, version } = saved
        terminal.result({ network: network.slug, key, version }, [
          t('cli.template.import.done', { key, version, network: network.slug }),
        ])
      })
    })
}

/** @throws CommandError with every problem, each on a line */
async function readFileOf(file: string, terminal: Terminal): Promise<Template> {
  const i18n = i18nFor(terminal.locale)
  const text = await readFile(file, 'utf8').catch(error => {
    throw new CommandError(i18n.t('cli.template.unreadable', { file, reason: reasonOf(error) }), 2)
  })
  const reading = readDefinition(text)
  if ('template' in reading) return reading.template
  const said = reading.problems.map(problem => `  ${definitionProblemMessage(i18n, problem)}`)
  const count = said.length
  throw new CommandError([i18n.t('cli.template.problems', { file, count }), ...said].join('\n'))
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
