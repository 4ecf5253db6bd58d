import type pg from 'pg'
import type { Log } from '#kernel/log.ts'

/** How far a job is. */
export interface Progress {
  done: number
  /** Null where nobody can know yet. */
  total: number | null
  /** What it is at: key of a message, which is given `count`, the number done. */
  text: string | null
}

/** Says how far the job is. As cheap as an assignment: it is written at most once a second. */
export type ReportProgress = (progress: Pick<Progress, 'done'> & Partial<Progress>) => void

/** The attempt at a job that a worker holds. A later one, by whomever, has a higher count. */
export interface Attempt {
  queue: string
  id: string
  retryCount: number
}

export interface ProgressWriter {
  report: ReportProgress
  /** Waits for what is being written. @returns the last that was said */
  end(): Promise<Progress | null>
}

const pauseMs = 1_000

/**
 * Keeps the progress in the job's own row, where its result or its failure will stand after it, and which goes when the
 * job goes. Nothing is written once the job is no longer this attempt's.
 */
export function openProgress(pool: pg.Pool, attempt: Attempt, log: Log): ProgressWriter {
  let latest: Progress | null = null
  let written: Progress | null = null
  let nextAt = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<unknown> = Promise.resolve()

  const write = () => {
    timer = undefined
    if (latest === written) return
    written = latest
    nextAt = performance.now() + pauseMs
    writing = writing
      .then(() => pool.query(statement, [attempt.queue, attempt.id, attempt.retryCount, written]))
      .catch(error => log.warn({ err: error, queue: attempt.queue, job: attempt.id }, 'progress not written'))
  }
  return {
    report({ done, total = null, text = null }) {
      latest = { done, total, text }
      timer ??= setTimeout(write, Math.max(0, nextAt - performance.now()))
    },
    async end() {
      clearTimeout(timer)
      await writing
      return latest
    },
  }
}

const statement = `
  update pgboss.job set output = jsonb_build_object('progress', $4::jsonb)
  where name = $1 and id = $2 and retry_count = $3 and state = 'active'`
