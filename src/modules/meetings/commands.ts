import { writeFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { readTenant } from '#db/tenant.ts'
import { linkOriginOf } from '#kernel/config.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { calendarFile, organiserOf } from '#modules/meetings/calendar/calendar-files.ts'
import { feedEvents } from '#modules/meetings/calendar/feeds.ts'
import { caretaker, type ListedMeeting, listFor } from '#modules/meetings/meetings.ts'
import { chooseNetwork, inLanguage } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

export function meetingCommands(program: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  const { t } = i18n
  const meetings = program
    .command('meetings')
    .summary(t('cli.meetings.summary'))
    .description(t('cli.meetings.summary'))

  meetings
    .command('list')
    .summary(t('cli.meetings.list'))
    .option('--network <slug>', t('cli.option.network'))
    .addOption(new Option('--past', t('cli.meetings.past')))
    .action((options: { network?: string; past?: boolean }) =>
      withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const now = new Date()
        const span = options.past ? { until: now, latestFirst: true } : { from: now }
        const found: ListedMeeting[] = []
        let after: string | undefined
        do {
          const page = await readTenant(db, { networkId: network.id, audience: 'network' }, trx =>
            listFor(trx, caretaker(network.id), { ...span, after, limit: 500 }),
          )
          found.push(...page.meetings)
          after = page.next ?? undefined
        } while (after !== undefined)
        terminal.result(
          found,
          found.map(({ id, title, startsAt, endsAt, timeZone, state, places }) =>
            [id, i18n.period(startsAt, endsAt, timeZone), title, state, places.registered].join('  '),
          ),
        )
      }),
    )

  meetings
    .command('export <file>')
    .summary(t('cli.meetings.export'))
    .option('--network <slug>', t('cli.option.network'))
    .action((file: string, options: { network?: string }) =>
      withInstallation(terminal, async ({ db, config }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const { locale, slug } = network
        const events = await readTenant(db, { networkId: network.id, audience: 'network' }, trx =>
          feedEvents(trx, caretaker(network.id), { kind: 'network' }, { slug, locale }),
        )
        const name = inLanguage(network.name, locale, locale).text
        const origin = linkOriginOf(config)
        const organiser = organiserOf({ name, contactEmail: network.contactEmail }, origin)
        writeFileSync(file, calendarFile(events, { method: 'PUBLISH', name, organiser }))
        terminal.result({ file, meetings: events.length }, [
          t('cli.meetings.exported', { count: events.length, file }),
        ])
      }),
    )
}
