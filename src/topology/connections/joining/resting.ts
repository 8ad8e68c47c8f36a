import type { Half } from '../flow.ts'
import type { Owners } from '../owners.ts'
import { completenessOf } from '../report-flows.ts'

/** Tolerance when times from two hosts are compared: the app relates their clocks only by when their reports arrive. */
const CLOCK_TOLERANCE_MS = 15_000

/** Client and server halves that may describe the same connections. */
export interface Met {
  readonly clients: readonly Half[]
  readonly servers: readonly Half[]
}

/**
 * Removes idle halves whose last event was before the first event of every half on the other side. When a server is
 * restarted, for example, its client still has a record of connections to the old server process; those were not made
 * to the new one.
 */
export const withoutOutlived = (met: Met): Met => {
  const { clients, servers } = met
  const isAnyOutlived =
    clients.some((half) => isOutlived(half, servers)) || servers.some((half) => isOutlived(half, clients))
  if (!isAnyOutlived) return met
  return {
    clients: clients.filter((half) => !isOutlived(half, servers)),
    servers: servers.filter((half) => !isOutlived(half, clients)),
  }
}

const isOutlived = ({ numbers }: Half, others: readonly Half[]): boolean =>
  numbers.quietSeconds > 0 &&
  others.every((other) => numbers.lastSeenMs + CLOCK_TOLERANCE_MS < other.numbers.firstSeenMs)

/**
 * Whether an unmatched half is idle and the process at its other end must have ended. If all owners of the remote
 * address are on hosts whose probes see every connection, a living process there would have reported its own half.
 * Halves with failed connections are kept, because those never reached a process.
 */
export const isLeftBehind = (half: Half, owners: Owners): boolean => {
  const { numbers, role, clientAddress, serverAddress, port, process } = half
  if (numbers.quietSeconds === 0 || numbers.failed > 0) return false
  const held =
    role === 'server' ? owners.of(clientAddress, process.at) : owners.ofPort(serverAddress, port, process.at)
  return held.length > 0 && held.every(({ at }) => completenessOf(at.report) === 'complete')
}
