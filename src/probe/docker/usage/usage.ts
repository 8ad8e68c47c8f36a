import type { StatsMessage } from '../daemon/messages.ts'

/** What a container used at a moment. */
export interface Usage {
  /** Percent of one core since the message before; undefined for the first one. */
  readonly cpuPercent: number | undefined
  /** 100 × the cores that it may use. */
  readonly cpuMaxPercent: number
  /** Without what the kernel would give back at once; undefined when the container has stopped. */
  readonly memoryBytes: number | undefined
  /** The limit, or all of the machine's memory. */
  readonly memoryMaxBytes: number
}

/** What the daemon's machine has. */
export interface MachineSize {
  readonly cores: number
  readonly memoryBytes: number
}

const reclaimable = (stats: NonNullable<NonNullable<StatsMessage['memory_stats']>['stats']>): number =>
  // cgroup v1, cgroup v2, and engines that tell neither
  stats.total_inactive_file ?? stats.inactive_file ?? stats.cache ?? 0

/**
 * Makes usage from two messages of a stats stream, by the message's own times, so that a delayed one does no harm.
 *
 * @param previous of the same stream; undefined for the first
 * @param cpuLimit cores that it may use; undefined: all
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

/** What a container read, wrote, received and sent, in bytes per second; undefined where that is not counted. */
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

/** Of cgroup v1 `Read`, of v2 `read`; what was never done is left out. */
const blockBytes = ({ blkio_stats }: StatsMessage, operation: string): number | undefined =>
  blkio_stats
    ? sum(
        blkio_stats.io_service_bytes_recursive.flatMap(({ op, value }) =>
          op.toLowerCase() === operation ? [value] : [],
        ),
      )
    : undefined

/** The rates between two messages of one stream, by the message's own times. */
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
