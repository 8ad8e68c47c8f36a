/** CLOCK_MONOTONIC in milliseconds: the clock of the kernel's events, and so of everything about connections. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** CPU time of this thread in milliseconds: the cost of work, not counting the time it had to wait. */
export const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
