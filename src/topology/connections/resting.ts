import type { Half } from './flow.ts'
import type { Owners } from './owners.ts'
import { completenessOf } from './report-flows.ts'

/** The clocks of two hosts are known to each other by when their reports arrive. */
const CLOCK_TOLERANCE_MS = 15_000

/** Halves of connections that may be each other's. */
export interface Met {
  readonly clients: Half[]
  readonly servers: Half[]
}

/**
 * Without those that rest since before any of the other side began: a client whose server was started again has its own half for
 * as long as it is kept, but none of its connections was to the new one.
 */
export const withoutOutlived = (met: Met): Met => {
  const clients = met.clients.filter((half) => !isOutlived(half, met.servers))
  const servers = met.servers.filter((half) => !isOutlived(half, met.clients))
  const isWhole = clients.length === met.clients.length && servers.length === met.servers.length
  return isWhole ? met : { clients, servers }
}

const isOutlived = ({ numbers }: Half, others: readonly Half[]): boolean =>
  numbers.quietSeconds > 0 &&
  others.every((other) => numbers.lastSeenMs + CLOCK_TOLERANCE_MS < other.numbers.firstSeenMs)

/**
 * Whether a half that found no other end rests, and the process at that end has ended: where all is seen, it would tell its own
 * half for as long as it lived. What failed has reached no process, and is kept.
 */
export const isLeftBehind = (half: Half, owners: Owners): boolean => {
  const { numbers, role, clientAddress, serverAddress, port, process } = half
  if (numbers.quietSeconds === 0 || numbers.failed > 0) return false
  const held =
    role === 'server' ? owners.of(clientAddress, process.at) : owners.ofPort(serverAddress, port, process.at)
  return held.length > 0 && held.every(({ at }) => completenessOf(at.report) === 'complete')
}
