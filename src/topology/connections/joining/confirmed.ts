import type { Half } from '../flow.ts'
import { nothingOf } from '../numbers.ts'
import { quietSecondsOf } from '../quiet.ts'
import type { Met } from './resting.ts'

/** How long the probe of a server takes to tell of a connection, besides the interval of its reports. */
const TELLING_MS = 2000

/** What is left of a match when the servers have their say, and the open connections of clients that no server has. */
export interface Confirmed {
  readonly met: Met
  readonly unconfirmed: readonly Unconfirmed[]
  /** Whether the result may be another when the same is told again later. */
  readonly isPassing: boolean
}

/** Open connections of a client that no server of a match has. */
export interface Unconfirmed {
  readonly half: Half
  /** The half of the match that these connections are from, or that they are all of. */
  readonly of: Half
  /** The server may have them, and its next report will tell. */
  readonly isNew: boolean
}

/**
 * Finds open connections of clients that are not among those of the servers, by their client ports. A client may hold a
 * connection to a server process that has been replaced, and not learn of that while packets get lost; the process that
 * now listens there has never had it.
 *
 * All servers are of one report. Where the ports of one side are not all told, or the servers' probe polls and may have
 * missed connections for as long as they exist, everything is confirmed.
 */
export const confirmed = (met: Met): Confirmed => {
  const { clients, servers } = met
  const [server] = servers
  if (server === undefined || !servers.every(tellsAllPorts) || server.completeness === 'polled')
    return { met, unconfirmed: [], isPassing: false }
  const isUnmet = notAmongPortsOf(servers)
  // The usual case: the servers have all.
  if (!clients.some((half) => tellsAllPorts(half) && half.clientPorts.some(isUnmet)))
    return { met, unconfirmed: [], isPassing: false }
  const unconfirmed: Unconfirmed[] = []
  const kept: Half[] = []
  let isPassing = false
  const patienceMs = server.process.at.report.envelope.intervalMs + TELLING_MS
  for (const half of clients) {
    if (!tellsAllPorts(half) || !half.clientPorts.some(isUnmet)) {
      kept.push(half)
      continue
    }
    isPassing = true
    const unmet = half.clientPorts.filter(isUnmet)
    if (unmet.length === half.clientPorts.length && !hasPast(half)) {
      unconfirmed.push({ half, of: half, isNew: uptimeMsOf(half) - half.sinceMs < patienceMs })
    } else if (calmForMs(half) < patienceMs) {
      // Some are new, and which is not known; that this client has had connections to these servers is.
      kept.push(half)
    } else {
      kept.push(without(half, unmet))
      unconfirmed.push({ half: only(half, unmet), of: half, isNew: false })
    }
  }
  return {
    met: unconfirmed.length === 0 ? met : { clients: kept, servers },
    unconfirmed,
    isPassing,
  }
}

/** Up to so many halves it takes less to look for a port in the list of each than to make a set of all. */
const MAX_SEARCHED = 4

const notAmongPortsOf = (servers: readonly Half[]): ((port: number) => boolean) => {
  if (
    servers.length <= MAX_SEARCHED &&
    servers.every(({ clientPorts }) => clientPorts.length <= MAX_SEARCHED)
  )
    return (port) => !servers.some(({ clientPorts }) => clientPorts.includes(port))
  const ports = new Set(servers.flatMap(({ clientPorts }) => clientPorts))
  return (port) => !ports.has(port)
}

const uptimeMsOf = ({ process }: Half): number => process.at.report.envelope.uptimeMs

/** How long before its report was made the last event of its connections happened. */
const calmForMs = (half: Half): number => uptimeMsOf(half) - half.lastMs

const tellsAllPorts = ({ clientPorts, numbers }: Half): boolean => clientPorts.length === numbers.open

/** Whether it counts anything but open connections. */
const hasPast = ({ numbers }: Half): boolean => numbers.closed + numbers.failed + numbers.abandoned > 0

const without = (half: Half, ports: readonly number[]): Half => {
  const open = half.numbers.open - ports.length
  return {
    ...half,
    clientPorts: half.clientPorts.filter((port) => !ports.includes(port)),
    numbers: { ...half.numbers, open, quietSeconds: quietSecondsOf(open, calmForMs(half)) },
  }
}

/** What these connections carried is not known: it stays with the others of their half. */
const only = (half: Half, ports: readonly number[]): Half => ({
  ...half,
  clientPorts: ports,
  numbers: { ...nothingOf(half.numbers), open: ports.length },
})
