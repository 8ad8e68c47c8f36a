import type { ControlKind } from '../../report/control/control-kind.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { Control } from './control.ts'

/** What an order is about, as the probe itself knows it. */
export interface OrderFacts<Node> {
  readonly control: Pick<Control, 'id' | 'kind'>
  /** Id of the node that the order names. */
  readonly nodeId: string
  /** That node as this probe last reported it to the app; undefined when it did not. */
  readonly node?: Node | undefined
  /** Whether the node is Scope itself: one of its processes, or the container they are in. */
  readonly isScope: boolean
  /** Whether the node is another incarnation than the order is meant for. */
  readonly isAnother: boolean
}

/** Why a control is not used. */
export interface Refusal {
  /** For programs. */
  readonly code: 'not_allowed' | 'unknown_node' | 'conflict' | 'not_offered'
  readonly reason: string
}

/** Why a control is not used; or the node that it may be used on, as this probe last reported it. */
export type Verdict<Node> =
  | { readonly refusal: Refusal }
  | { readonly node: Node; readonly refusal?: undefined }

/** Kinds of nodes that a control can be used on, and what they are called. */
const nodesOf: Readonly<Record<ControlKind, { readonly topology: string; readonly word: string }>> = {
  container: { topology: 'container', word: 'container' },
  host: { topology: 'host', word: 'host' },
  process: { topology: 'process', word: 'process' },
}

/**
 * The last word on an order, whatever the app has decided: a control is used only if the probe's own options allow it,
 * on a node which this probe has reported and which offered it then, never on another one that has the id of the one that was
 * meant since, and never on Scope itself.
 *
 * @param allowed controls that this probe allows, see `--probe.controls`
 */
export const mayDo = <Node extends Pick<ReportNode, 'topology' | 'controls'>>(
  facts: OrderFacts<Node>,
  allowed: ReadonlySet<ControlKind>,
): Verdict<Node> => {
  const { control, nodeId, node, isScope, isAnother } = facts
  const { kind } = control
  const { topology, word } = nodesOf[kind]
  if (!allowed.has(kind))
    return no(
      'not_allowed',
      `this probe does not allow controls of a ${word}; start it with --probe.controls=${[...allowed, kind].join(',')} to allow them`,
    )
  if (node === undefined) return no('unknown_node', `this probe has reported no node ${nodeId} to this app`)
  if (node.topology !== topology) return no('not_allowed', `${nodeId} is no ${word}`)
  if (isAnother)
    return no('conflict', `the ${word} that was meant has ended; ${nodeId} is another ${word} now`)
  if (isScope) return no('not_allowed', `${nodeId} is Scope itself`)
  if (!node.controls.includes(control.id))
    return no('not_offered', `${nodeId} does not offer ${control.id} in its present state`)
  return { node }
}

const no = (code: Refusal['code'], reason: string): { readonly refusal: Refusal } => ({
  refusal: { code, reason },
})
