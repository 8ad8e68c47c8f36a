import { hostNodeId } from '../../report/ids.ts'
import type { ReportLimits } from '../../report/limits.ts'
import type { Report, ReportNode } from '../../report/schema.ts'
import type { Contribution } from '../collector.ts'
import { createFactAdder } from './add-facts.ts'
import { choose } from './choose.ts'
import { fitNode } from './fit-node.ts'
import { merge } from './merge.ts'

/** What a report is made of. */
export interface ReportParts {
  readonly envelope: Report['envelope']
  readonly host: Report['host']
  readonly probe: Report['probe']
  /** Of all collectors; where two tell of one thing, the first counts. */
  readonly contributions: readonly Contribution[]
}

/**
 * Makes reports that an app with these limits takes. A node that is the same object as before costs nothing again.
 */
export const createAssembler = (limits: ReportLimits): ((parts: ReportParts) => Report) => {
  const factAdder = createFactAdder()
  const fitted = new WeakMap<ReportNode, ReportNode | null>()

  const fit = (node: ReportNode, hostNode: string): ReportNode | null => {
    const known = fitted.get(node)
    if (known !== undefined) return known
    const made = fitNode(node, hostNode, limits) ?? null
    fitted.set(node, made)
    return made
  }

  return ({ envelope, host, probe, contributions }) => {
    const all = merge(contributions)
    const hostNode = hostNodeId(host.id)
    const nodes = new Map<string, ReportNode>()
    for (const [id, node] of factAdder.add(all.nodes, contributions)) {
      const sendable = fit(node, hostNode)
      if (sendable !== null) nodes.set(id, sendable)
    }
    const chosen = choose({ ...all, nodes }, limits)
    return {
      envelope,
      host,
      probe,
      ...chosen,
      nodes: [...chosen.nodes],
      metrics: [...chosen.metrics],
      connections: [...chosen.connections],
      addresses: [...chosen.addresses],
      status: contributions.map(({ status }) => ({
        ...status,
        reason: status.reason.slice(0, limits.valueLength).toWellFormed(),
      })),
      omitted: {
        nodes: all.nodes.size - chosen.nodes.length,
        metrics: all.metrics.length - chosen.metrics.length,
        connections: all.connections.size - chosen.connections.length,
        addresses: all.addresses.size - chosen.addresses.length,
      },
    }
  }
}
