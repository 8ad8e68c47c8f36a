import { startProbe } from './probe-process.ts'
import { median, percentile } from './statistics.ts'
import { startTimed } from './traffic.ts'

/** How long `connect()` takes with and without a probe that traces. */
export interface ConnectTimes {
  readonly pairs: number
  /** Medians over the pairs, in microseconds. */
  readonly p50: { readonly traced: number; readonly untraced: number }
  readonly p99: { readonly traced: number; readonly untraced: number }
  /** Traced divided by untraced: the median over the pairs. */
  readonly p50Ratio: number
  readonly p99Ratio: number
}

const PER_SECOND = 2000
/** Times that traffic is made before it is measured. */
const WARM_UPS = 4

/**
 * Times connections to a loopback server, 2,000 a second, in pairs with and without a probe.
 *
 * @param count of connections on either side of a pair
 */
export const measureConnectTime = async (pairs: number, count: number): Promise<ConnectTimes> => {
  const traffic = await startTimed()
  const traced: number[][] = []
  const untraced: number[][] = []
  const takeTraced = async (times: number): Promise<void> => {
    const probe = await startProbe('ebpf')
    try {
      // a probe that has just started is compiling itself
      for (let i = 0; i < WARM_UPS; i++) await traffic.take(count, PER_SECOND)
      for (let i = 0; i < times; i++) traced.push(await traffic.take(count, PER_SECOND))
    } finally {
      await probe.stop()
    }
  }
  try {
    await traffic.take(count, PER_SECOND)
    // one order and then the other, so that a drift of the machine favours neither; a probe serves two pairs
    for (let done = 0; done < pairs; done += 2) {
      const both = Math.min(2, pairs - done)
      untraced.push(await traffic.take(count, PER_SECOND))
      await takeTraced(both)
      if (both === 2) untraced.push(await traffic.take(count, PER_SECOND))
    }
  } finally {
    await traffic.end()
  }
  const at = (share: number) => {
    const sides = {
      traced: traced.map((took) => percentile(took, share)),
      untraced: untraced.map((took) => percentile(took, share)),
    }
    return {
      medians: { traced: median(sides.traced), untraced: median(sides.untraced) },
      ratio: median(sides.traced.map((us, i) => us / (sides.untraced[i] ?? Number.NaN))),
    }
  }
  const [p50, p99] = [at(0.5), at(0.99)]
  return { pairs, p50: p50.medians, p99: p99.medians, p50Ratio: p50.ratio, p99Ratio: p99.ratio }
}
