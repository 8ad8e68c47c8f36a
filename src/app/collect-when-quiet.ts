/** What {@link createQuietCollector} looks at and does. */
export interface QuietCollectorOptions {
  /** Bytes of memory that V8's heap takes: what is in use, garbage, and what V8 keeps free for a heap that grows again. */
  readonly heapBytes: () => number
  /** CPU time taken since it was last asked, as a share of the time that has passed. */
  readonly busyShare: () => number
  /** Collects all garbage. */
  readonly collect: () => void
}

/** An app that takes more CPU than this has something to do that should not wait for a collection, which stops everything for some tenths of a second. */
const QUIET_SHARE = 0.03
/**
 * A collection is worth it when so many bytes, and a quarter as many as were left by the one before, have come since. A heap grows by
 * at most half of what it holds (`appNodeOptions`), so that a larger share would hardly ever come together.
 */
const WORTH_BYTES = 32 * 1024 * 1024
const WORTH_SHARE = 0.25
/** When it has been called so often while the app was quiet, it is over what starting takes, which is collected once, however little it is. */
const QUIET_CALLS_AT_START = 6

/**
 * Makes what gives the memory of a peak back, and that of the start: V8 collects garbage when more is allocated, so an app that has
 * become quiet would keep it, and of what V8 has collected itself it keeps the pages. Call the result from time to time.
 */
export const createQuietCollector = (options: QuietCollectorOptions = ofThisProcess()): (() => void) => {
  const { heapBytes, busyShare, collect } = options
  let leftBytes = heapBytes()
  let quietCalls = 0
  return () => {
    const isQuiet = busyShare() < QUIET_SHARE
    const now = heapBytes()
    leftBytes = Math.min(leftBytes, now)
    if (!isQuiet) return
    quietCalls += 1
    const isWorthIt = now - leftBytes >= Math.max(WORTH_BYTES, WORTH_SHARE * leftBytes)
    if (!isWorthIt && quietCalls !== QUIET_CALLS_AT_START) return
    collect()
    leftBytes = heapBytes()
  }
}

const ofThisProcess = (): QuietCollectorOptions => {
  let [takenUs, askedMs] = [cpuUs(), performance.now()]
  return {
    heapBytes: () => process.memoryUsage().heapTotal,
    busyShare() {
      const [beforeUs, beforeMs] = [takenUs, askedMs]
      takenUs = cpuUs()
      askedMs = performance.now()
      return (takenUs - beforeUs) / (1000 * Math.max(1, askedMs - beforeMs))
    },
    // Node has it when it was started with `--expose-gc`. Of another flavor it leaves V8 the pages, which it keeps for a heap that grows again.
    collect: () => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
  }
}

const cpuUs = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}
