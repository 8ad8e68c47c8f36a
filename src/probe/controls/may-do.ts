import type { ControlKind } from '../../report/control.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { OrderKind } from './order-kind.ts'

/** What an order is about, as the probe itself knows it. */
export interface OrderFacts {
  readonly kind: OrderKind
  /** Id of the node that the order names; undefined when it names none. */
  readonly nodeId?: string | undefined
  /** That node as this probe last reported it to the app; undefined when it did not. */
  readonly node?: Pick<ReportNode, 'topology'> | undefined
  /** Whether the node is Scope itself: one of its processes, or the container they are in. */
  readonly isScope: boolean
}

/** Kinds of nodes that a control can be used on, and what they are called. */
const nodesOf: Readonly<Record<ControlKind, { readonly topology: string; readonly word: string }>> = {
  container: { topology: 'container', word: 'container' },
  host: { topology: 'host', word: 'host' },
  process: { topology: 'process', word: 'process' },
}

/**
 * The last word on an order, whatever the app has decided: a control is used only if the probe's own options allow it,
 * on a node which this probe has reported, and never on Scope itself. What only reads is always allowed.
 *
 * @param allowed controls that this probe allows, see `--probe.controls`
 * @returns why it is not done; undefined when it may be
 */
export const mayDo = (facts: OrderFacts, allowed: ReadonlySet<ControlKind>): string | undefined => {
  const { kind, nodeId, node, isScope } = facts
  if (kind === 'reading') return undefined
  if (!allowed.has(kind))
    return `this probe does not allow controls of a ${nodesOf[kind].word}; start it with --probe.controls=${[...allowed, kind].join(',')} to allow them`
  if (nodeId === undefined || node === undefined)
    return `this probe has reported no node ${nodeId ?? '(none is named)'} to this app`
  if (node.topology !== nodesOf[kind].topology) return `${nodeId} is no ${nodesOf[kind].word}`
  if (isScope) return `${nodeId} is Scope itself`
  return undefined
}
