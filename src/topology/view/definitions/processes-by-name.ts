import type { ReportNode } from '../../../report/schema.ts'
import { nameGroupSummary } from '../../nodes/groups/name-group-summary.ts'
import { hostLinks } from '../../nodes/rows/parent-links.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { placedGroup } from '../assembling/group.ts'
import { processOptions } from '../options/options.ts'
import type { Placement, ViewDefinition } from '../placing/placement.ts'

const nameOf = (process: ReportNode): string => process.name || '(unknown)'

const place = (index: ReportIndex): Placement => {
  const byName = Map.groupBy(index.byTopology.process, nameOf)
  const nodes = new Map(
    [...byName].map(([name, processes]) => [
      name,
      placedGroup({
        nodes: new Map(processes.map((node) => [node.id, { node, index }])),
        parents: processes.slice(0, 1).flatMap((process) => hostLinks(index, process)),
        summarise: (count, parents) => nameGroupSummary(name, count, parents),
      }),
    ]),
  )
  return {
    nodes,
    hidden: 0,
    nodeOf: (id) => {
      const node = index.nodes.get(id)
      return node?.topology === 'process' ? nameOf(node) : undefined
    },
  }
}

/** One node for all processes of the same name, over all hosts. */
export const processesByName: ViewDefinition = {
  id: 'processes-by-name',
  name: 'by name',
  rank: 0,
  parent: 'processes',
  hideIfEmpty: true,
  options: processOptions,
  place,
  placesOwners: [],
  selfEdges: true,
  dropsUnconnected: (options) => options.unconnected !== 'show',
  children: ['process'],
}
