/** Eight times the input takes about 8 times as long when time is linear, and 64 times when it is quadratic. */
export const times = 8
export const mostGrowth = 30

/**
 * How much longer `run` takes on eight times the input, in this thread's own processor time: a busy machine does not
 * count. To be compared with `mostGrowth`. What seems to be too much is looked at again: memory being tidied can fall on
 * one side alone, a square shows every time.
 */
export function growthOf(size: number, run: (size: number) => unknown): number {
  run(size)
  let least = Number.POSITIVE_INFINITY
  for (let looks = 0; looks < 3 && least >= mostGrowth; looks++)
    least = Math.min(least, costOf(() => run(size * times)) / costOf(() => run(size)))
  return least
}

/** Microseconds for one run. Some systems count in ticks of ten milliseconds: run until several have passed. */
function costOf(run: () => unknown): number {
  const before = process.threadCpuUsage()
  for (let runs = 1; ; runs++) {
    run()
    const { user, system } = process.threadCpuUsage(before)
    if (user + system >= 50_000) return (user + system) / runs
  }
}
