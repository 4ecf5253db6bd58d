import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { readTenant } from '#db/tenant.ts'
import { CommandError } from '#kernel/command-error.ts'
import { isId } from '#kernel/ids.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { listAttendance } from '#modules/meetings/attendance/attendance.ts'
import { attendanceFormats, type ReadAttendance } from '#modules/meetings/attendance/attendance-export.ts'
import { caretaker } from '#modules/meetings/meetings.ts'
import { day as calendarDay } from '#modules/meetings/schema.ts'
import { chooseNetwork } from '#modules/network/index.ts'
import { withInstallation } from '#platform/commands/session.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

interface AttendanceOptions {
  network?: string
  from?: string
  until?: string
  group?: string
}

/** `cordee attendance export presences.xlsx --from 2026-01-01`: who was at which meeting, as funders want it. */
export function attendanceCommands(program: Command, terminal: Terminal): void {
  const i18n = i18nFor(terminal.locale)
  const { t } = i18n
  program
    .command('attendance')
    .summary(t('cli.attendance.summary'))
    .description(t('cli.attendance.summary'))
    .command('export <file>')
    .summary(t('cli.attendance.export'))
    .option('--network <slug>', t('cli.option.network'))
    .option('--from <day>', t('cli.attendance.from'))
    .option('--until <day>', t('cli.attendance.until'))
    .option('--group <id>', t('cli.attendance.group'))
    .action(async (file: string, options: AttendanceOptions) => {
      const extension = /\.(csv|xlsx)$/i.exec(file)?.[1]?.toLowerCase() as
        | keyof typeof attendanceFormats
        | undefined
      if (!extension) throw new CommandError(t('cli.attendance.format'), 2)
      for (const day of [options.from, options.until])
        if (day !== undefined && !calendarDay.safeParse(day).success)
          throw new CommandError(t('cli.attendance.day', { day }), 2)
      if (options.group !== undefined && !isId(options.group))
        throw new CommandError(t('cli.attendance.no-group', { group: options.group }), 2)
      await withInstallation(terminal, async ({ db }) => {
        const network = await chooseNetwork(db, options.network, terminal)
        const query = {
          from: options.from ?? null,
          until: options.until ?? null,
          groupId: options.group ?? null,
          meetingId: null,
          organisation: null,
          person: null,
        }
        let count = 0
        const read: ReadAttendance = async after => {
          const found = await readTenant(db, { networkId: network.id, audience: 'network' }, trx =>
            listAttendance(trx, caretaker(network.id), query, { after, limit: 500 }),
          )
          count += found.attendance.length
          return found
        }
        const stream = attendanceFormats[extension].write(read, i18n)
        await pipeline(
          Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]),
          createWriteStream(file),
        ).catch(error => {
          throw new CommandError(t('cli.attendance.unwritable', { file, reason: (error as Error).message }))
        })
        terminal.result({ network: network.slug, file, presences: count }, [
          t('cli.attendance.done', { count, file }),
        ])
      })
    })
}
