/** Eight times the input takes about 8 times as long when time is linear, and 64 times when it is quadratic. */
export const times = 8
export const mostGrowth = 30

/**
 * How much longer `run` takes on eight times the input, in this thread's own processor time: a busy machine does not
 * count. To be compared with `mostGrowth`.
 */
export function growthOf(size: number, run: (size: number) => unknown): number {
  run(size)
  return costOf(() => run(size * times)) / costOf(() => run(size))
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
