import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { type Load, loadOf } from './figures.ts'
import { onTask } from './processes.ts'

export interface HashTask {
  /** Checks under way at once. */
  connections: number
  seconds: number
}

/** The check of a password and nothing else: what a sign-in costs at least. */
onTask<HashTask, Load>(async ({ connections, seconds }) => {
  const password = 'une phrase bien longue'
  const hash = await hashPassword(password)
  const times: number[] = []
  const start = performance.now()
  const end = start + seconds * 1000
  const check = async () => {
    while (performance.now() < end) {
      const asked = performance.now()
      await verifyPassword({ hash, password })
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: connections }, check))
  return loadOf(times, (performance.now() - start) / 1000, 0)
})
