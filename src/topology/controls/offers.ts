import type { ControlDescription } from '../../report/control/control.ts'
import { byId } from '../../report/delta/by-id.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'
import { inOrder } from '../reports/held-order.ts'

/** A control that a node offers at the moment, and the probe that would do it. */
export interface Offer {
  readonly probeId: string
  /** The probe's epoch. */
  readonly epoch: string
  readonly hostname: string
  /** The node as the probe reports it. */
  readonly node: ReportNode
  readonly control: ControlDescription
}

/**
 * What can be done to nodes at the moment, by node id. A node of a view offers what the report node of the same id offers; a node
 * that stands for several of them, such as an image or a group, offers nothing itself. If several probes report a node, the
 * first that offers a control does it.
 *
 * The cost per report is that of looking up the ids, or of going through its nodes, whichever are fewer.
 *
 * @returns nodes that offer something; the controls of each in their order (rank, then id)
 */
export const offersOf = (
  held: readonly HeldReport[],
  ids: ReadonlySet<string>,
): ReadonlyMap<string, readonly Offer[]> => {
  const offers = new Map<string, Offer[]>()
  for (const one of inOrder(held)) {
    if (one.report.controls.length === 0) continue
    for (const node of nodesAmong(one, ids)) {
      const known = offers.get(node.id) ?? []
      const more = offersOn(one, node).filter(({ control }) =>
        known.every((other) => other.control.id !== control.id),
      )
      if (more.length > 0) offers.set(node.id, [...known, ...more].sort(inRank))
    }
  }
  return offers
}

const nodesAmong = (one: HeldReport, ids: ReadonlySet<string>): ReportNode[] => {
  const nodes = byId(one.report.nodes)
  return ids.size < nodes.size
    ? [...ids].flatMap((id) => nodes.get(id) ?? [])
    : one.report.nodes.filter(({ id }) => ids.has(id))
}

/** A control that a node names and the report does not describe is not offered. */
const offersOn = ({ report }: HeldReport, node: ReportNode): Offer[] => {
  if (node.controls.length === 0) return []
  const described = byId<ControlDescription>(report.controls)
  const { probeId, epoch } = report.envelope
  return node.controls.flatMap((id) => {
    const control = described.get(id)
    return control === undefined ? [] : [{ probeId, epoch, hostname: report.host.name, node, control }]
  })
}

const inRank = (a: Offer, b: Offer): number =>
  a.control.rank - b.control.rank || (a.control.id < b.control.id ? -1 : 1)
