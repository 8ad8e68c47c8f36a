import type { Address, Metric, ReportNode } from '../../report/schema.ts'
import type { Contribution } from '../collector.ts'

const MAX_OWNERS = 64
const MAX_NAMES = 16

/** Entities of all collectors, each id once. */
export interface Merged {
  readonly nodes: ReadonlyMap<string, ReportNode>
  /** In the order of the collectors, one for each node and metric id. */
  readonly metrics: readonly Metric[]
  readonly connections: ReadonlyMap<string, Contribution['connections'][number]>
  readonly addresses: ReadonlyMap<string, Address>
}

const union = (a: readonly string[], b: readonly string[], max: number): string[] =>
  [...new Set([...a, ...b])].slice(0, max)

const mergeAddress = (a: Address, b: Address): Address => {
  const owners = union(a.owners ?? [], b.owners ?? [], MAX_OWNERS)
  const names = union(a.names ?? [], b.names ?? [], MAX_NAMES)
  return { ...a, ...(owners.length > 0 && { owners }), ...(names.length > 0 && { names }) }
}

/**
 * Joins what collectors contribute. Of a node, metric or connection told twice the first counts; what is told of an
 * address (its owners by one collector, its names by another) is put together.
 */
export const merge = (contributions: readonly Contribution[]): Merged => {
  const nodes = new Map<string, ReportNode>()
  const metrics = new Map<string, Metric>()
  const connections = new Map<string, Contribution['connections'][number]>()
  const addresses = new Map<string, Address>()
  for (const contribution of contributions) {
    for (const node of contribution.nodes) if (!nodes.has(node.id)) nodes.set(node.id, node)
    for (const metric of contribution.metrics) {
      const key = `${metric.id} ${metric.node}`
      if (!metrics.has(key)) metrics.set(key, metric)
    }
    for (const connection of contribution.connections)
      if (!connections.has(connection.id)) connections.set(connection.id, connection)
    for (const address of contribution.addresses) {
      const known = addresses.get(address.id)
      addresses.set(address.id, known === undefined ? address : mergeAddress(known, address))
    }
  }
  return { nodes, metrics: [...metrics.values()], connections, addresses }
}
