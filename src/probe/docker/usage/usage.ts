import type { StatsMessage } from '../daemon/messages.ts'

/** CPU and memory use of a container at one time. */
export interface Usage {
  /** Percent of one core since the previous message; undefined for the first one. */
  readonly cpuPercent: number | undefined
  /** 100 × the number of cores that it may use. */
  readonly cpuMaxPercent: number
  /** Without file cache that the kernel can reclaim at once; undefined when the container has stopped. */
  readonly memoryBytes: number | undefined
  /** The limit, or all of the machine's memory. */
  readonly memoryMaxBytes: number
}

/** Size of the daemon's machine. */
export interface MachineSize {
  readonly cores: number
  readonly memoryBytes: number
}

const reclaimable = (stats: NonNullable<NonNullable<StatsMessage['memory_stats']>['stats']>): number =>
  // From cgroup v1, cgroup v2, and engines that report neither of these.
  stats.total_inactive_file ?? stats.inactive_file ?? stats.cache ?? 0

/**
 * Computes usage from two messages of a stats stream. It uses the times in the messages, so that a delayed message does
 * not distort the result.
 *
 * @param previous the previous message of the stream; undefined for the first
 * @param cpuLimit how many cores it may use; undefined = all
 */
export const usageOf = (
  previous: StatsMessage | undefined,
  next: StatsMessage,
  machine: MachineSize,
  cpuLimit?: number,
): Usage => {
  const elapsedMs = previous === undefined ? 0 : Date.parse(next.read) - Date.parse(previous.read)
  const usedNs = next.cpu_stats.cpu_usage.total_usage - (previous?.cpu_stats.cpu_usage.total_usage ?? 0)
  const memory = next.memory_stats
  const used = memory?.usage ?? undefined
  const limit = memory?.limit ?? 0
  const cores = next.cpu_stats.online_cpus || machine.cores || 1
  return {
    cpuPercent: elapsedMs > 0 && usedNs >= 0 ? (usedNs / 1e6 / elapsedMs) * 100 : undefined,
    cpuMaxPercent: 100 * Math.min(cores, cpuLimit ?? cores),
    memoryBytes: used === undefined ? undefined : Math.max(0, used - reclaimable(memory?.stats ?? {})),
    memoryMaxBytes:
      limit > 0 && (machine.memoryBytes === 0 || limit < machine.memoryBytes) ? limit : machine.memoryBytes,
  }
}

/** Rates of network and disk traffic of a container, in bytes per second; undefined when not counted. */
export interface Traffic {
  readonly received: number | undefined
  readonly sent: number | undefined
  readonly read: number | undefined
  readonly written: number | undefined
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

const networkBytes = ({ networks }: StatsMessage, side: 'rx_bytes' | 'tx_bytes'): number | undefined => {
  const all = Object.values(networks)
  return all.length === 0 ? undefined : sum(all.map((one) => one[side]))
}

/**
 * Bytes read from or written to block devices. cgroup v1 names the operation `Read`, v2 `read`; operations that never
 * occurred are missing.
 */
const blockBytes = ({ blkio_stats }: StatsMessage, operation: string): number | undefined =>
  blkio_stats
    ? sum(
        blkio_stats.io_service_bytes_recursive.flatMap(({ op, value }) =>
          op.toLowerCase() === operation ? [value] : [],
        ),
      )
    : undefined

/** The rates between two messages of one stream, using the times in the messages. */
export const trafficOf = (previous: StatsMessage, next: StatsMessage): Traffic => {
  const seconds = (Date.parse(next.read) - Date.parse(previous.read)) / 1000
  const rate = (before: number | undefined, now: number | undefined): number | undefined =>
    before === undefined || now === undefined || !(seconds > 0) || now < before
      ? undefined
      : Math.round((now - before) / seconds)
  return {
    received: rate(networkBytes(previous, 'rx_bytes'), networkBytes(next, 'rx_bytes')),
    sent: rate(networkBytes(previous, 'tx_bytes'), networkBytes(next, 'tx_bytes')),
    read: rate(blockBytes(previous, 'read'), blockBytes(next, 'read')),
    written: rate(blockBytes(previous, 'write'), blockBytes(next, 'write')),
  }
}
