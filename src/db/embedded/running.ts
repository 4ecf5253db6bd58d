import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { readPassword } from '#db/embedded/cluster.ts'
import { findHome, removeHome } from '#db/embedded/home.ts'
import { claim, currentOwner } from '#db/embedded/owner.ts'
import { readRecord, socketAnswers } from '#db/embedded/record.ts'
import { livingServer, stopServer } from '#db/embedded/server.ts'

/** A server that another process owns: connect as with Embedded, and leave its life to the holder. */
export interface Running {
  socketDir: string
  port: number
  user: 'postgres'
  password: string | undefined
  /** Of the server. */
  pid: number | null
  holder: { pid: number; command: string; since: string }
}

/**
 * For a command beside a running program. While the holder is still starting, waits for it.
 * @returns null when no live process holds the data folder: open it oneself.
 * @throws EmbeddedError data-folder-unwritable when another user's folder cannot even be read
 */
export async function findRunning(dataDir: string, patience = 30_000): Promise<Running | null> {
  const home = findHome(dataDir)
  if (!home) return null
  for (const end = Date.now() + patience; ; await pause(50)) {
    const holder = await currentOwner(home.folder, () => socketAnswers(home))
    if (!holder) return null
    const record = readRecord(home)
    if (holder.role === 'program' && record && (await socketAnswers(home))) {
      const { socketDir, port } = record
      const { pid, command, since } = holder
      const password = readPassword(home)
      return {
        socketDir,
        port,
        user: 'postgres',
        password,
        pid: livingServer(home),
        holder: { pid, command, since },
      }
    }
    if (Date.now() > end) return null
  }
}

/**
 * Erases the embedded database of a data folder for good, wherever it lies; a server left by a crash is stopped.
 * @throws DataFolderInUse while a process holds it
 */
export async function eraseEmbedded(dataDir: string): Promise<void> {
  const home = findHome(dataDir)
  if (!home) return
  await claim(home.folder, () => socketAnswers(home))
  const pid = livingServer(home)
  if (pid !== null) await stopServer(home, pid)
  const record = readRecord(home)
  if (record && process.platform !== 'win32') rmSync(record.socketDir, { recursive: true, force: true })
  await removeHome(dataDir)
}
