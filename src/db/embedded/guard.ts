import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home, Report } from '#db/embedded/home.ts'
import { ownerRecord } from '#db/embedded/owner.ts'

/**
 * Ends the server when this process dies without having done so (kill -9, out of memory, a crash): a detached shell
 * of about one megabyte reads a pipe whose other end only we hold, so the kernel closes it whatever our death.
 *
 * It leaves one second for a new start to adopt the server, then becomes the owner by the rule of owner.ts: it creates
 * the number after ours. If a new start has taken that number the guard goes away; if the guard has it, a new start
 * waits for the guard to die, and finds the server stopped. Never do both act. The server's number is believed only
 * if that process works in the cluster's folder. Fast shutdown (INT), and after a minute immediate (QUIT), which the
 * next start recovers from.
 *
 * On Windows there is no guard: the next start adopts.
 */
const script = `
cd -- "$1" || exit 0
read -r word
[ "$word" = done ] && exit 0
sleep 1
next=$(($2 + 1))
(set -C; cat "guard.$2" > "owner.$next") 2>/dev/null || exit 0
for file in owner.*; do
  if [ "\${file#owner.}" -gt "$next" ]; then rm -f "owner.$next"; exit 0; fi
done
rm -f "owner.$2" "guard.$2"
serves() {
  if [ -d /proc/self ]; then [ "/proc/$1/cwd" -ef cluster ]; else ps -p "$1" -o command= | grep -qF -- "$PWD/cluster"; fi
}
pid=$(head -n 1 cluster/postmaster.pid) && serves "$pid" || exit 0
kill -INT "$pid"
tenths=0
while serves "$pid" && [ $tenths -lt 600 ]; do sleep 0.1; tenths=$((tenths + 1)); done
serves "$pid" && kill -QUIT "$pid"
`

export interface Guard {
  /** Sends the guard home: the server is stopped, or was never started. */
  dismiss(): void
}

/** Started before the server, so that no moment is unguarded. */
export function startGuard(home: Home, generation: number, report: Report): Guard {
  if (process.platform === 'win32') return { dismiss: () => {} }
  const guard = spawn('/bin/sh', ['-c', script, 'cordee-guard', home.folder, String(generation)], {
    // Detached: a Ctrl-C in the terminal is for us, not for it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
  })
  guard.on('error', error => report('guard-missing', { reason: error.message }))
  guard.stdin.on('error', () => {}) // it was killed: the next start adopts
  if (guard.pid !== undefined) {
    const record = ownerRecord(guard.pid, 'guard')
    writeFileSync(join(home.folder, `guard.${generation}`), JSON.stringify(record), { mode: 0o600 })
  }
  unreference(guard)
  return { dismiss: () => guard.stdin.end('done\n') }
}

function unreference(guard: ChildProcess): void {
  guard.unref()
  // A pipe of Node's own making, which alone would keep the process alive.
  if (guard.stdin && 'unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref()
}
