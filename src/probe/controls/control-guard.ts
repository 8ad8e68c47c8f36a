import type { ControlKind } from '../../report/control/control-kind.ts'
import { processNodeId } from '../../report/ids.ts'
import { incarnationOf } from '../../report/incarnation.ts'
import type { Report, ReportNode } from '../../report/schema.ts'
import type { Control } from './control.ts'
import { mayDo, type Verdict } from './may-do.ts'
import { scopeNodes } from './scope-nodes.ts'

/**
 * Decides whether a control is used.
 *
 * @param nodeId the node that the order names
 * @param incarnation the incarnation of it that the order is meant for; undefined when the order does not say
 */
export type ControlGuard = (
  control: Pick<Control, 'id' | 'kind'>,
  nodeId: string,
  incarnation?: string,
) => Verdict<ReportNode>

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
  (control, nodeId, incarnation) => {
    const { host, nodes } = reported() ?? { host: { id: '' }, nodes: [] }
    const own = new Set(scopePids().map((pid) => processNodeId(host.id, pid)))
    const node = nodes.find(({ id }) => id === nodeId)
    const isScope = scopeNodes(nodes, own).has(nodeId)
    const isAnother = node !== undefined && incarnation !== undefined && incarnation !== incarnationOf(node)
    return mayDo({ control, nodeId, node, isScope, isAnother }, allowed)
  }
