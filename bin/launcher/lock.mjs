import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure, root, say } from './steps.mjs'

/** Does the work while no other launcher of this folder works; the work looks again whether it is still to be done. */
export async function withLock(work) {
  const folder = join(root, '.cache')
  const path = join(folder, 'setup.lock')
  try {
    mkdirSync(folder, { recursive: true })
    await take(path)
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw new Failure('notWritable', { folder: root })
    throw error
  }
  const release = () => rmSync(path, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

async function take(path) {
  for (let waited = false; ; ) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = read(path)
    if (holder !== null && !isAlive(Number(holder))) {
      // Moved, not deleted: of two that find the same dead holder, the second must not delete the lock of the first.
      const aside = `${path}.${process.pid}`
      try {
        renameSync(path, aside)
        if (read(aside) === holder) rmSync(aside, { force: true })
        else renameSync(aside, path)
      } catch (error) {
        if (error.code !== 'ENOENT') throw error
      }
      continue
    }
    if (!waited) say('waiting')
    waited = true
    await pause(200)
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function isAlive(pid) {
  if (pid === process.pid) return false // left in another container by a process of our number
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
