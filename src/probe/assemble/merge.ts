import type { Address, ConnectionRecord, Metric } from '../../report/schema.ts'
import type { Contribution } from '../collector.ts'

const MAX_OWNERS = 64
const MAX_NAMES = 16

const union = (a: readonly string[], b: readonly string[], max: number): string[] =>
  [...new Set([...a, ...b])].slice(0, max)

const mergeAddress = (a: Address, b: Address): Address => {
  const owners = union(a.owners ?? [], b.owners ?? [], MAX_OWNERS)
  const names = union(a.names ?? [], b.names ?? [], MAX_NAMES)
  return { ...a, ...(owners.length > 0 && { owners }), ...(names.length > 0 && { names }) }
}

/** Merges what collectors report about each address: its owners come from one collector, its names from another. */
export const mergeAddresses = (contributions: readonly Contribution[]): Map<string, Address> => {
  const addresses = new Map<string, Address>()
  for (const contribution of contributions) {
    for (const address of contribution.addresses) {
      const known = addresses.get(address.id)
      addresses.set(address.id, known === undefined ? address : mergeAddress(known, address))
    }
  }
  return addresses
}

/** The connections of all collectors. When two report the same id, the first takes precedence. */
export const mergeConnections = (contributions: readonly Contribution[]): readonly ConnectionRecord[] => {
  const telling = contributions.filter(({ connections }) => connections.length > 0)
  const [only] = telling
  if (only !== undefined && telling.length === 1) return only.connections
  const connections = new Map<string, ConnectionRecord>()
  for (const contribution of telling)
    for (const connection of contribution.connections)
      if (!connections.has(connection.id)) connections.set(connection.id, connection)
  return [...connections.values()]
}

/**
 * The metrics of all collectors, in the order of the collectors. When two report the same metric of a node, the first
 * takes precedence.
 */
export const mergeMetrics = (contributions: readonly Contribution[]): Metric[] => {
  const metrics = new Map<string, Metric>()
  for (const contribution of contributions) {
    for (const metric of contribution.metrics) {
      const key = `${metric.id} ${metric.node}`
      if (!metrics.has(key)) metrics.set(key, metric)
    }
  }
  return [...metrics.values()]
}
