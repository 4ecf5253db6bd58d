import type { Command } from 'commander'
import { examineInstallation } from '#/commands/examination.ts'
import type { Finding } from '#db/examination.ts'
import { openApp, openServer, prepareServer } from '#db/installation.ts'
import { CommandError } from '#kernel/command-error.ts'
import { readConfig } from '#kernel/config.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { remarkNotice } from '#platform/commands/session.ts'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'

/** Looks the installation over and says of each thing whether it holds, and how to mend it. */
export function doctorCommand(program: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  const { t } = i18n
  program
    .command('doctor')
    .summary(t('cli.doctor.summary'))
    .description(t('cli.doctor.description'))
    .action(async () => {
      const config = readConfig()
      const server = await openServer(config, {
        hold: false,
        notice: (event, detail) => remarkNotice(terminal, event, detail),
      })
      try {
        await prepareServer(server)
        const app = openApp(server, 2)
        try {
          const findings = await examineInstallation(server, app, config)
          terminal.result(
            findings,
            findings.map(finding => findingLine(finding, i18n)),
          )
          const broken = findings.filter(finding => !finding.holds).length
          if (broken === 0) terminal.remark(t('cli.doctor.sound'))
          // One answer to a program, and what is broken is in it.
          else if (terminal.json) process.exitCode = 1
          else throw new CommandError(t('cli.doctor.broken', { count: broken }))
        } finally {
          await app.close()
        }
      } finally {
        await server.stop()
      }
    })
}

/** What was looked at, and, where it does not hold, how to mend it. */
export function findingLine({ check, holds, detail }: Finding, { t, maybe }: I18n): string {
  const name = maybe(`doctor.${check}`, check)
  const said = `${holds ? '✓' : '✗'} ${detail ? t('cli.line', { label: name, value: detail }) : name}`
  return holds ? said : `${said}\n  → ${maybe(`doctor.${check}.mend`, '')}`
}
