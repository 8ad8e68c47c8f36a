import { withoutReclaimable } from '../../cgroup/usage/counters.ts'
import type { StatsMessage } from '../daemon/messages.ts'
import type { TrafficBytes } from './measurements.ts'

/** When a message was made, on the daemon's clock in milliseconds: a message that comes late distorts nothing. */
export const timeOf = ({ read }: StatsMessage): number => Date.parse(read)

/** As `docker stats` shows it; undefined when it is not counted, or the container has stopped. */
export const memoryBytesOf = ({ memory_stats }: StatsMessage): number | undefined => {
  const used = memory_stats?.usage ?? undefined
  // From cgroup v1, cgroup v2, and engines that report neither of these.
  const { total_inactive_file, inactive_file, cache } = memory_stats?.stats ?? {}
  return used === undefined
    ? undefined
    : withoutReclaimable(used, total_inactive_file ?? inactive_file ?? cache ?? 0)
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

/** Its traffic so far. */
export const trafficOf = (message: StatsMessage): TrafficBytes => ({
  received: networkBytes(message, 'rx_bytes'),
  sent: networkBytes(message, 'tx_bytes'),
  read: blockBytes(message, 'read'),
  written: blockBytes(message, 'write'),
})
