/** CPU and memory used by the probe itself. */
export interface OwnUsage {
  /** CPU time so far, in milliseconds. */
  readonly cpuMs: number
  /** Share of one core over the last window, in percent; `null` before the first has passed. */
  readonly cpuPercent: number | null
  readonly rssBytes: number
}

/** CPU time so far, memory, and when both were read. */
export interface UsageReading {
  readonly cpuMs: number
  readonly rssBytes: number
  readonly uptimeMs: number
}

/**
 * Creates a function that returns the current usage. The share of the CPU is measured over consecutive windows, however
 * often the function is called.
 *
 * @param read takes a reading
 * @param windowMs the shortest time over which a share of the CPU is computed
 */
export const createUsageMeter = (read: () => UsageReading, windowMs: number): (() => OwnUsage) => {
  let start = read()
  let percent: number | null = null
  return () => {
    const now = read()
    const tookMs = now.uptimeMs - start.uptimeMs
    if (tookMs >= windowMs) {
      percent = Math.round((10_000 * (now.cpuMs - start.cpuMs)) / tookMs) / 100
      start = now
    }
    return { cpuMs: Math.round(now.cpuMs), cpuPercent: percent, rssBytes: now.rssBytes }
  }
}
