import { createReadStream } from 'node:fs'

/**
 * Resolves when the program is asked to end: Ctrl-C, SIGTERM, a closed terminal, or the death of the launcher, which
 * holds the other end of the file descriptor named in CORDEE_PARENT_FD.
 */
export function untilAskedToStop(env: Record<string, string | undefined> = process.env): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
    const descriptor = Number(env.CORDEE_PARENT_FD)
    if (!Number.isInteger(descriptor) || descriptor < 3) return
    const parent = createReadStream('', { fd: descriptor, autoClose: false })
    parent.on('end', () => resolve())
    parent.on('error', () => resolve())
    parent.resume()
  })
}
