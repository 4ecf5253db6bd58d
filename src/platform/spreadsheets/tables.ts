import { Worker } from 'node:worker_threads'
import {
  type Book,
  SheetError,
  type SheetLimits,
  type SheetProblem,
  sheetLimits,
} from '#platform/spreadsheets/sheet.ts'

export interface ReadingOrder {
  bytes: Uint8Array
  name: string
  limits: SheetLimits
}

export type ReadingResult =
  | { book: Book }
  | { problem: SheetProblem; detail: Record<string, string | number> }

/**
 * The tables of a file, read in a thread of its own: the server goes on meanwhile, and a file made to use up memory or
 * time brings down nothing but its own reading.
 * @throws SheetError
 */
export async function readTables(
  bytes: Uint8Array,
  name: string,
  limits: SheetLimits = sheetLimits,
): Promise<Book> {
  if (bytes.length > limits.fileBytes)
    throw new SheetError('too-large', { megabytes: Math.floor(limits.fileBytes / 2 ** 20) })
  // One at a time: each may use as much memory as the limits allow.
  const mine = turn.then(() => inThread({ bytes, name, limits }))
  turn = mine.catch(() => undefined)
  const result = await mine
  if ('book' in result) return result.book
  throw new SheetError(result.problem, result.detail)
}

let turn: Promise<unknown> = Promise.resolve()

function inThread(order: ReadingOrder): Promise<ReadingResult> {
  // As source beside this file, or built beside the program.
  const file = import.meta.url.endsWith('.ts') ? './reader.ts' : './reader.js'
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(file, import.meta.url), {
      workerData: order,
      // Of the secrets of the program it needs none.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: order.limits.memoryMegabytes },
    })
    const late = setTimeout(() => void thread.terminate(), order.limits.seconds * 1_000)
    thread.once('message', resolve)
    thread.once('error', error => {
      if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') reject(new SheetError('too-complex'))
      else reject(error)
    })
    thread.once('exit', () => {
      clearTimeout(late)
      // Without effect where it has answered.
      reject(new SheetError('too-complex'))
    })
  })
}
