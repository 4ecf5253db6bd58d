import pino from 'pino'

export type Log = pino.Logger

/** One JSON object a line on standard output. No address, no query string, no name of a person goes in. */
export function openLog(level: string, destination?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: loggedError },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Where and why, without the values: PostgreSQL repeats them in `detail` and `where`. */
function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: loggedError(error.cause) }),
  }
}
