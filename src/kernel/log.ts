import pino from 'pino'

export type Log = pino.Logger

/** One JSON object a line on standard output. No address, no query string, no name of a person goes in. */
export function openLog(level: string): Log {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime })
}
