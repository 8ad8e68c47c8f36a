import type { StatsMessage } from '../daemon/messages.ts'

/** What a container used at a moment. */
export interface Usage {
  /** Percent of one core since the message before; undefined for the first one. */
  readonly cpuPercent: number | undefined
  /** 100 × cores. */
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
 */
export const usageOf = (
  previous: StatsMessage | undefined,
  next: StatsMessage,
  machine: MachineSize,
): Usage => {
  const elapsedMs = previous === undefined ? 0 : Date.parse(next.read) - Date.parse(previous.read)
  const usedNs = next.cpu_stats.cpu_usage.total_usage - (previous?.cpu_stats.cpu_usage.total_usage ?? 0)
  const memory = next.memory_stats
  const used = memory?.usage ?? undefined
  const limit = memory?.limit ?? 0
  return {
    cpuPercent: elapsedMs > 0 && usedNs >= 0 ? (usedNs / 1e6 / elapsedMs) * 100 : undefined,
    cpuMaxPercent: 100 * (next.cpu_stats.online_cpus || machine.cores || 1),
    memoryBytes: used === undefined ? undefined : Math.max(0, used - reclaimable(memory?.stats ?? {})),
    memoryMaxBytes:
      limit > 0 && (machine.memoryBytes === 0 || limit < machine.memoryBytes) ? limit : machine.memoryBytes,
  }
}
