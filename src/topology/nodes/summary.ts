import type { NodeSummary } from '../../api/types.ts'
import type { ReportNode } from '../../report/schema.ts'
import { containerOf, imageOf, parentOf, type ReportIndex } from '../reports/index/report-index.ts'
import { containerSummary } from './container-summary.ts'
import { hostSummary } from './host-summary.ts'
import { processSummary } from './process-summary.ts'
import { unverifiedSummary } from './unverified-summary.ts'

interface Remembered {
  readonly summary: NodeSummary
  /** The other nodes whose names and facts the summary contains. */
  readonly madeWith: readonly (ReportNode | undefined)[]
}

const summaries = (): WeakMap<ReportNode, Remembered> => new WeakMap()

/**
 * The summary of a host, process or container, without metrics and adjacency. It stays the same object as long as
 * neither the node nor its host, container and image change.
 */
export const summaryOf = (index: ReportIndex, node: ReportNode): NodeSummary => {
  const container = node.topology === 'process' ? containerOf(index, node) : node
  const madeWith = [parentOf(index, node, 'host'), container, container && imageOf(index, container)]
  const remembered = index.lasting.of(summaries, undefined)
  const known = remembered.get(node)
  if (known?.madeWith.every((part, i) => part === madeWith[i])) return known.summary
  const made = makeSummary(index, node)
  const summary = index.verified ? made : unverifiedSummary(made)
  remembered.set(node, { summary, madeWith })
  return summary
}

const makeSummary = (index: ReportIndex, node: ReportNode): NodeSummary => {
  switch (node.topology) {
    case 'process':
      return processSummary(index, node)
    case 'container':
      return containerSummary(index, node)
    case 'host':
      return hostSummary(node)
    case 'container_image':
      // Images of the same name share one node: see `image-summary.ts`.
      throw new Error(`an image has no summary of its own: ${node.id}`)
  }
}
