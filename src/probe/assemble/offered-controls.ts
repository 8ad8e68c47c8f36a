import type { ControlDescription } from '../../report/control/control.ts'
import type { ReportNode } from '../../report/schema.ts'
import { scopeNodes } from '../controls/scope-nodes.ts'
import type { MergedNodes } from './merge-nodes.ts'

/** What decides which controls the nodes of a report offer. */
export interface OfferRules {
  /** The controls that this probe allows; must be the same list while none changes. */
  readonly controls: readonly ControlDescription[]
  /** Node ids of Scope's own processes, which offer none, and neither do the containers that these are in. */
  readonly scopeProcesses: ReadonlySet<string>
}

interface Last {
  readonly rules: OfferRules
  readonly nodes: MergedNodes
  readonly offering: MergedNodes
}

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((id) => b.has(id))

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index])

/**
 * Creates a function that takes from nodes the controls that this probe does not allow, those that are not described, and
 * all of Scope itself. A node that did not change stays the same object, and when none changed nothing is computed again.
 */
export const createOfferFilter = (): ((nodes: MergedNodes, rules: OfferRules) => MergedNodes) => {
  const reduced = new WeakMap<ReportNode, ReportNode>()
  let last: Last | undefined

  const withControls = (node: ReportNode, controls: string[]): ReportNode => {
    const known = reduced.get(node)
    if (known !== undefined && isSameList(known.controls, controls)) return known
    const made = { ...node, controls }
    reduced.set(node, made)
    return made
  }

  const filter = ({ list, told }: MergedNodes, { controls, scopeProcesses }: OfferRules): MergedNodes => {
    const kinds = new Map<string, string>(controls.map(({ id, kind }) => [id, kind]))
    const own = scopeNodes(list, scopeProcesses)
    const offering = list.map((node) => {
      if (node.controls.length === 0) return node
      if (own.has(node.id)) return withControls(node, [])
      const isOffered = (id: string, index: number): boolean =>
        kinds.get(id) === node.topology && node.controls.indexOf(id) === index
      return node.controls.every(isOffered) ? node : withControls(node, node.controls.filter(isOffered))
    })
    return { list: offering, byId: new Map(offering.map((node) => [node.id, node])), told }
  }

  const isLast = (nodes: MergedNodes, { controls, scopeProcesses }: OfferRules): boolean =>
    last?.nodes === nodes &&
    last.rules.controls === controls &&
    isSameSet(last.rules.scopeProcesses, scopeProcesses)

  return (nodes, rules) => {
    if (last !== undefined && isLast(nodes, rules)) return last.offering
    const offersAny = nodes.list.some(({ controls }) => controls.length > 0)
    last = { rules, nodes, offering: offersAny ? filter(nodes, rules) : nodes }
    return last.offering
  }
}
