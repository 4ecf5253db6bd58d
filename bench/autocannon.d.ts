/** The little that the bench uses of it. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'

  export interface Request {
    path: string
    method?: 'POST'
    body?: string
  }

  export interface Options {
    url: string
    connections: number
    /** Seconds. */
    duration: number
    /** Seconds. */
    timeout?: number
    requests?: Request[]
    /** Given each connection before its first request. */
    setupClient?: (client: { setRequests(requests: Request[]): void }) => void
    headers?: Record<string, string>
  }

  export interface Result {
    errors: number
    timeouts: number
    non2xx: number
  }

  export default function autocannon(
    options: Options,
    done: (error: Error | null, result: Result) => void,
  ): EventEmitter
}
