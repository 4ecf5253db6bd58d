import { Socket } from 'node:net'

/**
 * Resolves when the program is asked to end: Ctrl-C, SIGTERM, a closed terminal, or the death of the launcher, which
 * holds the other end of the file descriptor named in CORDEE_PARENT_FD.
 */
export function untilAskedToStop(env: Record<string, string | undefined> = process.env): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
    const descriptor = Number(env.CORDEE_PARENT_FD)
    if (!Number.isInteger(descriptor) || descriptor < 3) return
    // Not a file stream: its read would hold a thread, and the program, for as long as the launcher lives.
    const launcher = new Socket({ fd: descriptor, readable: true, writable: false })
    launcher.on('close', () => resolve())
    launcher.on('error', () => resolve())
    launcher.resume()
    launcher.unref()
  })
}
