import { existsSync, statfsSync } from 'node:fs'
import os from 'node:os'

/** Only names the socket file: there is no network port, except on Windows. */
export const socketPort = 5432

/**
 * Settings of the server: durable, at ease on a small machine, discreet in its log. The caller's own come last.
 * They are given on the command line, so what they name cannot be changed by ALTER SYSTEM.
 * @param listen where it listens: the socket's folder, or on Windows a loopback port
 */
export function serverSettings(
  listen: { socketDir: string } | { port: number },
  own: Record<string, string> = {},
): Record<string, string> {
  const megabytes = Math.min(512, Math.max(32, Math.floor(memory() / 8 / 2 ** 20)))
  return {
    ...('port' in listen
      ? { listen_addresses: '127.0.0.1', port: String(listen.port), unix_socket_directories: '' }
      : {
          listen_addresses: '',
          port: String(socketPort),
          // A list: quoted, so that a comma or a blank in the path stays part of it.
          unix_socket_directories: `"${listen.socketDir.replaceAll('"', '""')}"`,
          unix_socket_permissions: '0700',
          // A query whose client was killed ends too.
          client_connection_check_interval: '10s',
        }),
    shared_buffers: `${megabytes}MB`,
    max_connections: '60',
    jit: 'off',
    // No replica, no archive: nothing needs more in the log, and crash safety is the same.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '512MB',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
    // Statements, parameters and the values in DETAIL are people's data: they stay out of the log.
    log_min_error_statement: 'panic',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_error_verbosity: 'terse',
    ...sharedMemory(),
    ...own,
  }
}

/** Bytes this process may use: a container's limit counts. */
function memory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 && limit < os.totalmem() ? limit : os.totalmem()
}

/** Containers have 64 MB in /dev/shm by default: a parallel query then fails for lack of it. */
function sharedMemory(): Record<string, string> {
  if (process.platform !== 'linux') return {}
  if (existsSync('/dev/shm')) {
    const { bsize, blocks } = statfsSync('/dev/shm')
    if (bsize * blocks >= 256 * 2 ** 20) return {}
  }
  return { dynamic_shared_memory_type: 'sysv' }
}
