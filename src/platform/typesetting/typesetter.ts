import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { lettersOf, type Manuscript } from '#platform/typesetting/manuscript.ts'

export type DocumentFormat = 'pdf' | 'docx'

export interface Order {
  id: number
  format: DocumentFormat
  manuscript: Manuscript
  /** PNG or JPEG, by key. */
  pictures: Record<string, Buffer>
}

export type Answer = { id: number } & ({ content: Uint8Array } | { failure: string })

/**
 * 'too-long': more than can be typeset, in letters, in seconds or in memory. 'busy': too many wait already; a little later
 * there will be room.
 */
export type Typeset = { content: Buffer } | { refused: 'too-long' | 'busy' }

/** A book of a thousand pages. */
export const mostLetters = 2_000_000

export interface TypesetterLimits {
  seconds: number
  /** Of the process, in bytes; watched where the system tells (Linux). */
  memory: number
  /** How many may wait behind the one that is under way, and how long: who asked may no longer be there. */
  waiting: number
  waitingSeconds: number
  /** After which a process with nothing to do ends. */
  idleSeconds: number
}

const usual: TypesetterLimits = {
  seconds: 30,
  memory: 1_200_000_000,
  waiting: 30,
  waitingSeconds: 20,
  idleSeconds: 60,
}

export interface Typesetter {
  /**
   * @param pictures fetches them, once it is the document's turn: what waits holds no more than its text
   * @throws Error when the document cannot be set, which is a fault of ours
   */
  typeset(
    format: DocumentFormat,
    manuscript: Manuscript,
    pictures: () => Promise<ReadonlyMap<string, Buffer>>,
  ): Promise<Typeset>
  /** Ends the process at once; the next document begins another. */
  close(): void
}

/**
 * One process beside the program sets one document after the other. Not a thread: what computes in native code cannot be
 * stopped in one, and takes the program along when it falls.
 */
export function openTypesetter(limits: Partial<TypesetterLimits> = {}): Typesetter {
  const { seconds, memory, waiting, waitingSeconds, idleSeconds } = { ...usual, ...limits }
  let press: ChildProcess | null = null
  let turn: Promise<unknown> = Promise.resolve()
  let queued = 0
  let orders = 0
  let idle: NodeJS.Timeout | undefined

  function close(): void {
    clearTimeout(idle)
    press?.kill('SIGKILL')
    press = null
  }

  /** Nothing waits for a process that has nothing to do. */
  function rest(): void {
    press?.unref()
    press?.channel?.unref()
    idle = setTimeout(close, idleSeconds * 1_000)
    idle.unref()
  }

  function wake(): ChildProcess {
    clearTimeout(idle)
    if (!press?.connected) press = startPress()
    press.ref()
    press.channel?.ref()
    return press
  }

  async function set(order: Order): Promise<Typeset> {
    const at = wake()
    const outcome = await answerOf(at, order, { seconds, memory })
    if ('stopped' in outcome) {
      close()
      if (outcome.stopped === 'limit') return { refused: 'too-long' }
      throw new Error('The process that typesets died')
    }
    rest()
    if ('failure' in outcome) throw new Error(`Typesetting failed: ${outcome.failure}`)
    return { content: Buffer.from(outcome.content) }
  }

  return {
    async typeset(format, manuscript, pictures) {
      if (lettersOf(manuscript) > mostLetters) return { refused: 'too-long' }
      if (queued > waiting) return { refused: 'busy' }
      queued += 1
      const latest = Date.now() + waitingSeconds * 1_000
      const mine = turn.then(async (): Promise<Typeset> => {
        if (Date.now() > latest) return { refused: 'busy' }
        const given = Object.fromEntries(await pictures())
        return set({ id: ++orders, format, manuscript, pictures: given })
      })
      turn = mine.then(
        () => undefined,
        () => undefined,
      )
      return mine.finally(() => (queued -= 1))
    },
    close,
  }
}

let shared: Typesetter | undefined

/** The one of this process, begun when first used. */
export function typesetter(): Typesetter {
  shared ??= openTypesetter()
  return shared
}

function startPress(): ChildProcess {
  // As source beside this file, or built beside the program.
  const file = import.meta.url.endsWith('.ts') ? './press.ts' : './press.js'
  return fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: [],
    // Of the secrets of the program it needs none.
    env: Object.fromEntries(
      ['PATH', 'TMPDIR', 'TMP', 'TEMP', 'SYSTEMROOT'].flatMap(name => {
        const value = process.env[name]
        return value === undefined ? [] : [[name, value]]
      }),
    ),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

function answerOf(
  press: ChildProcess,
  order: Order,
  limits: { seconds: number; memory: number },
): Promise<Answer | { stopped: 'limit' | 'death' }> {
  return new Promise(resolve => {
    const settle = (outcome: Answer | { stopped: 'limit' | 'death' }) => {
      clearTimeout(late)
      clearInterval(watch)
      press.off('message', hear)
      press.off('exit', die)
      press.off('error', die)
      resolve(outcome)
    }
    const hear = (answer: unknown) => {
      if ((answer as Answer).id === order.id) settle(answer as Answer)
    }
    const die = () => settle({ stopped: 'death' })
    const late = setTimeout(() => settle({ stopped: 'limit' }), limits.seconds * 1_000)
    const watch = setInterval(async () => {
      if ((await memoryOf(press)) > limits.memory) settle({ stopped: 'limit' })
    }, 250)
    press.on('message', hear)
    press.on('exit', die)
    press.on('error', die)
    press.send(order, error => {
      if (error) die()
    })
  })
}

/** In bytes; 0 where the system does not say. */
async function memoryOf({ pid }: ChildProcess): Promise<number> {
  if (process.platform !== 'linux' || pid === undefined) return 0
  const pages = await readFile(`/proc/${pid}/statm`, 'latin1').then(
    text => Number(text.split(' ')[1]),
    () => 0,
  )
  return pages * 4_096
}
