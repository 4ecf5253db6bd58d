import type { Database } from '#db/database.ts'
import { openApp, openServer, prepareServer, type Server } from '#db/installation.ts'
import { type Config, readConfig } from '#kernel/config.ts'
import type { Terminal } from '#kernel/terminal.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/** What a command works with: the installation, whether it is running or not. */
export interface CommandSession extends Database {
  config: Config
  server: Server
}

/** Opens the installation for the time of a command, brings its schema up to date, and closes it again. */
export async function withInstallation<T>(
  terminal: Terminal,
  work: (session: CommandSession) => Promise<T>,
): Promise<T> {
  const config = readConfig()
  const server = await openServer(config, {
    hold: false,
    notice: (event, detail) => remarkNotice(terminal, event, detail),
  })
  try {
    await prepareServer(server)
    const database = openApp(server, 4)
    try {
      return await work({ ...database, config, server })
    } finally {
      await database.close()
    }
  } finally {
    await server.stop()
  }
}

/** What the database server has to say to whoever started it; what has no message is nobody's business. */
export function remarkNotice(terminal: Terminal, event: string, detail: Record<string, unknown> = {}): void {
  const values = Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, String(value)]))
  const text = i18nFor(terminal.locale).maybe(`notice.${event}`, '', values)
  if (text !== '') terminal.remark(text)
}
