import type { Address, ConnectionRecord, Report, ReportNode } from '../../report/schema.ts'
import { isHeld } from './owned.ts'

/** What a report says something of that is not its own. */
export interface Contested {
  /** Ids of containers. */
  readonly containers: ReadonlySet<string>
  /** Ids of the address book. */
  readonly addresses: ReadonlySet<string>
}

/**
 * A report without what it says of things that are not its own:
 *
 * - containers, with their samples, and which processes run in them
 * - addresses of others that it says it has itself: they become addresses that nobody else knows, so they meet nobody else's. Several hosts may truly have the same private address, so its connections stay.
 * - what was asked for before a translation, where that is an address of others
 */
export const withoutContested = (report: Report, contested: Contested): Report => {
  const { containers, addresses } = contested
  if (containers.size === 0 && addresses.size === 0) return report
  const claimed = new Set(
    report.addresses.filter((one) => addresses.has(one.id) && isHeld(one)).map(({ id }) => id),
  )
  const book = new Map<string, Address>()
  const given = new Map(report.addresses.map((address) => [address.id, address]))
  const own = (id: string): string => {
    const ownId = `unverified-${report.envelope.probeId};${id.slice(id.lastIndexOf(';') + 1)}`
    const address = given.get(id)
    if (address !== undefined && !book.has(ownId)) book.set(ownId, { ...address, id: ownId, scope: 'netns' })
    return ownId
  }
  for (const address of report.addresses)
    if (claimed.has(address.id)) own(address.id)
    else book.set(address.id, address)
  const connections = report.connections.flatMap((record) =>
    hasEndIn(record, containers) ? [] : [withOwnAddresses(record, addresses, claimed, own)],
  )
  return {
    ...report,
    nodes: report.nodes.flatMap((node) => nodeWithout(node, containers)),
    metrics: report.metrics.filter(({ node }) => !containers.has(node)),
    connections,
    addresses: [...book.values()],
    listeners: report.listeners.filter(({ process }) => !containers.has(process)),
  }
}

const nodeWithout = (node: ReportNode, containers: ReadonlySet<string>): ReportNode[] => {
  if (containers.has(node.id)) return []
  const { container, ...others } = node.parents
  return container?.some((id) => containers.has(id)) ? [{ ...node, parents: others }] : [node]
}

const hasEndIn = ({ client, server }: ConnectionRecord, containers: ReadonlySet<string>): boolean =>
  [client, server].some((end) => end !== undefined && containers.has(end))

/** @param own makes the id of an address of the probe's host alone */
const withOwnAddresses = (
  record: ConnectionRecord,
  contested: ReadonlySet<string>,
  claimed: ReadonlySet<string>,
  own: (id: string) => string,
): ConnectionRecord => {
  const { client, server, clientAddress, serverAddress, originalAddress, originalPort, ...rest } = record
  const place = (id: string, isOwnEnd: boolean): string =>
    (isOwnEnd ? contested : claimed).has(id) ? own(id) : id
  const isForeign = originalAddress !== undefined && contested.has(originalAddress) && client === undefined
  return {
    ...rest,
    ...(client !== undefined && { client }),
    ...(server !== undefined && { server }),
    ...(clientAddress !== undefined && { clientAddress: place(clientAddress, client !== undefined) }),
    serverAddress: place(serverAddress, server !== undefined),
    ...(originalAddress !== undefined &&
      originalPort !== undefined &&
      !isForeign && {
        originalAddress: place(originalAddress, false),
        originalPort,
      }),
  }
}
