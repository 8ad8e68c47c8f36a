import { type EventLoopUtilization, performance } from 'node:perf_hooks'

/** What {@link createQuietCollector} looks at and does. */
export interface QuietCollectorOptions {
  /** Bytes of V8's heap that are in use, garbage included. */
  readonly usedBytes: () => number
  /** Share of the time since it was last asked in which the event loop had something to do, 0 to 1. */
  readonly busyShare: () => number
  /** Collects all garbage. */
  readonly collect: () => void
}

/** Above this share of the time there is something to do that should not wait for a collection. */
const QUIET_SHARE = 0.1
/** A collection is worth it when so many bytes, and half as many as were left by the one before, have come since. */
const WORTH_BYTES = 32 * 1024 * 1024
const WORTH_SHARE = 0.5

/**
 * Makes what gives the memory of a peak back: V8 collects garbage when more is allocated, so an app that has become quiet would
 * keep it. Call the result from time to time.
 */
export const createQuietCollector = (options: QuietCollectorOptions = ofThisProcess()): (() => void) => {
  const { usedBytes, busyShare, collect } = options
  let leftBytes = usedBytes()
  return () => {
    const isQuiet = busyShare() < QUIET_SHARE
    const now = usedBytes()
    leftBytes = Math.min(leftBytes, now)
    if (!isQuiet || now - leftBytes < Math.max(WORTH_BYTES, WORTH_SHARE * leftBytes)) return
    collect()
    leftBytes = usedBytes()
  }
}

const ofThisProcess = (): QuietCollectorOptions => {
  let before: EventLoopUtilization = performance.eventLoopUtilization()
  return {
    usedBytes: () => process.memoryUsage().heapUsed,
    busyShare() {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, before)
      before = now
      return utilization
    },
    // Node has it when it was started with `--expose-gc`.
    collect: () => globalThis.gc?.(),
  }
}
