import type { NodeSummary } from '../../api/types.ts'
import type { ReportNode } from '../../report/schema.ts'
import { containerOf, imageOf, parentOf, type ReportIndex } from '../reports/report-index.ts'
import { containerSummary } from './container-summary.ts'
import { hostSummary } from './host-summary.ts'
import { processSummary } from './process-summary.ts'

interface Remembered {
  readonly summary: NodeSummary
  /** The nodes whose names and facts went into it. */
  readonly madeWith: readonly (ReportNode | undefined)[]
}

const remembered = new WeakMap<ReportNode, Remembered>()

/**
 * What a view shows of a host, process or container, without metrics and adjacency. The same object as long as neither
 * the node nor those it belongs to change.
 */
export const summaryOf = (index: ReportIndex, node: ReportNode): NodeSummary => {
  const container = node.topology === 'process' ? containerOf(index, node) : node
  const madeWith = [parentOf(index, node, 'host'), container, container && imageOf(index, container)]
  const known = remembered.get(node)
  if (known?.madeWith.every((part, i) => part === madeWith[i])) return known.summary
  const summary = makeSummary(index, node)
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
      // Images are shown by name, several together: see `image-summary.ts`.
      throw new Error(`an image has no summary of its own: ${node.id}`)
  }
}
