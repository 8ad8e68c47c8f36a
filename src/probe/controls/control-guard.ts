import type { ControlKind } from '../../report/control.ts'
import { processNodeId } from '../../report/ids.ts'
import type { Report } from '../../report/schema.ts'
import { mayDo } from './may-do.ts'
import type { OrderKind } from './order-kind.ts'
import { scopeNodes } from './scope-nodes.ts'

/**
 * Decides about one order.
 *
 * @param nodeId the node that the order names, if any
 * @returns why it is not done; undefined when it may be
 */
export type ControlGuard = (kind: OrderKind, nodeId: string | undefined) => string | undefined

/** What {@link createControlGuard} needs. */
export interface ControlGuardOptions {
  readonly allowed: ReadonlySet<ControlKind>
  /** The last report to the app that gives the orders; undefined when there was none. */
  readonly reported: () => Pick<Report, 'host' | 'nodes'> | undefined
  /** Pids of Scope's own processes, in the pid namespace of the probe. */
  readonly scopePids: () => readonly number[]
}

/** Looks up what {@link mayDo} decides by, at the moment of the order. */
export const createControlGuard =
  ({ allowed, reported, scopePids }: ControlGuardOptions): ControlGuard =>
  (kind, nodeId) => {
    if (kind === 'reading') return undefined
    const { host, nodes } = reported() ?? { host: { id: '' }, nodes: [] }
    const own = new Set(scopePids().map((pid) => processNodeId(host.id, pid)))
    return mayDo(
      {
        kind,
        nodeId,
        node: nodes.find(({ id }) => id === nodeId),
        isScope: nodeId !== undefined && scopeNodes(nodes, own).has(nodeId),
      },
      allowed,
    )
  }
