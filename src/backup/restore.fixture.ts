// Restores a backup and stops dead when so many bytes are in: for a test to kill it there.
import { openBackup } from '#/backup/archive-reader.ts'
import { restore } from '#/backup/restore.ts'
import { openStorage } from '#platform/files/storage.ts'

const { server, file, dataFolder, stopAt } = JSON.parse(process.argv[2] ?? '{}') as {
  server: Parameters<typeof restore>[0]
  file: string
  dataFolder: string
  /** Share of the bytes of tables and files, from 0 to 1. */
  stopAt: number
}
const backup = await openBackup(file)
const total = [...backup.tables.map(table => table.entry), ...backup.files].reduce(
  (sum, { bytes }) => sum + bytes,
  0,
)
await restore(server, backup, {
  dataFolder,
  storage: openStorage({ dataFolder, s3: undefined }),
  replace: true,
  progress: (_phase, bytes) => {
    if (bytes < total * stopAt) return
    process.stdout.write('there\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})
