import type { ReportIndex } from '../reports/report-index.ts'
import { type Flow, type Half, type RemoteEnd, wantedOf } from './flow.ts'
import { joinFolded } from './folded.ts'
import { type Meeting, meetings } from './meeting.ts'
import { type Owners, ownersIn } from './owners.ts'
import { shareOut } from './share-out.ts'

/**
 * Joins the halves of all reports into whole connections; a half that finds no partner gets as its other end the
 * address, with whoever holds it. No half is dropped. Rules 3, 7 and 8 of the model.
 *
 * @param indexes every report held, in a fixed order
 */
export const stitch = (indexes: readonly ReportIndex[], halves: readonly Half[]): Flow[] => {
  const owners = ownersIn(indexes)
  const flows: Flow[] = []
  let unjoined = halves
  for (const meeting of meetings(owners)) {
    const joined = new Set<Half>()
    for (const { clients, servers } of meet(unjoined, meeting)) {
      // One address on two hosts is two places: who of them talked to whom would be a guess.
      if (!fromOneReport(clients) || !fromOneReport(servers)) continue
      flows.push(...shareOut(clients, servers))
      for (const half of [...clients, ...servers]) joined.add(half)
    }
    if (joined.size > 0) unjoined = unjoined.filter((half) => !joined.has(half))
  }
  const { joined, left } = joinFolded(unjoined, owners)
  return [...flows, ...joined, ...left.map((half) => unwatchedFlow(half, owners))]
}

interface Met {
  readonly clients: Half[]
  readonly servers: Half[]
}

const meet = (halves: readonly Half[], meeting: Meeting): Met[] => {
  const byKey = new Map<string, Met>()
  for (const half of halves) {
    const key = meeting[half.role](half)
    if (key === undefined) continue
    let met = byKey.get(key)
    if (met === undefined) {
      met = { clients: [], servers: [] }
      byKey.set(key, met)
    }
    met[half.role === 'client' ? 'clients' : 'servers'].push(half)
  }
  return [...byKey.values()].filter(({ clients, servers }) => clients.length > 0 && servers.length > 0)
}

const fromOneReport = (halves: readonly Half[]): boolean =>
  halves.every((half) => half.process.at === halves[0]?.process.at)

const unwatchedFlow = (half: Half, owners: Owners): Flow => {
  const { role, process, clientAddress, serverAddress, port, serverName, numbers } = half
  const from = process.at
  const common = { port, numbers, records: [half.record] } as const
  if (role === 'server') {
    const held = owners.of(clientAddress, from)
    const client: RemoteEnd = {
      kind: 'remote',
      address: clientAddress,
      askedFor: undefined,
      owners: held,
      from,
    }
    return { client, server: process, ...common }
  }
  const held = owners.ofPort(serverAddress, port, from)
  const server: RemoteEnd = {
    kind: 'remote',
    address: serverAddress,
    askedFor: serverName,
    owners: held,
    from,
  }
  return { client: process, server, ...common, ...wantedOf(half, numbers) }
}
