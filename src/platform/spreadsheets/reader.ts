import { parentPort, workerData } from 'node:worker_threads'
import { readBook } from '#platform/spreadsheets/reading.ts'
import { SheetError } from '#platform/spreadsheets/sheet.ts'
import type { ReadingOrder, ReadingResult } from '#platform/spreadsheets/tables.ts'

/** The thread that reads one file: what it is sent is all it knows, and it ends with its answer. */
const { bytes, name, limits } = workerData as ReadingOrder

parentPort?.postMessage(await answer())

async function answer(): Promise<ReadingResult> {
  try {
    return { book: await readBook(bytes, name, limits) }
  } catch (error) {
    if (error instanceof SheetError) return { problem: error.code, detail: error.detail }
    return { problem: 'broken', detail: {} }
  }
}
