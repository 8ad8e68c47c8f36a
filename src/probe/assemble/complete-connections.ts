import { isEnd } from '../../report/ends.ts'
import type { Address, ConnectionRecord } from '../../report/schema.ts'
import type { MergedNodes } from './merge-nodes.ts'

/** The nodes and addresses that connections may refer to. */
export interface Nameable {
  readonly nodes: MergedNodes
  readonly addresses: ReadonlyMap<string, Address>
}

const isComplete = (record: ConnectionRecord, { nodes, addresses }: Nameable): boolean => {
  const isThere = (id: string | undefined): boolean => id === undefined || isEnd(nodes.byId.get(id))
  const isKnown = (id: string | undefined): boolean => id === undefined || addresses.has(id)
  return (
    isThere(record.client) &&
    isThere(record.server) &&
    isKnown(record.clientAddress) &&
    isKnown(record.serverAddress) &&
    isKnown(record.originalAddress)
  )
}

/**
 * Creates a filter that leaves out connections that refer to missing nodes or addresses. A record that is the same
 * object as in the previous call, with the same nodes and addresses, is not checked again.
 *
 * @returns a function that returns the given list itself when none is left out
 */
export const createCompletenessCheck = (): ((
  nameable: Nameable,
  connections: ConnectionRecord[],
) => ConnectionRecord[]) => {
  let passed: { readonly by: Nameable; readonly connections: readonly ConnectionRecord[] } | undefined

  return (nameable, connections) => {
    const { nodes, addresses } = nameable
    const before =
      passed?.by.nodes === nodes && passed.by.addresses === addresses ? passed.connections : undefined
    if (before === connections) return connections
    const passes = (record: ConnectionRecord, index: number): boolean =>
      record === before?.[index] || isComplete(record, nameable)
    if (connections.every(passes)) {
      passed = { by: { nodes, addresses }, connections }
      return connections
    }
    passed = undefined
    return connections.filter((record) => isComplete(record, nameable))
  }
}
