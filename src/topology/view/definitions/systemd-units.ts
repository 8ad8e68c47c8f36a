import type { ReportNode } from '../../../report/schema.ts'
import { allContainersSummary, withoutUnitSummary } from '../../nodes/groups/pseudo-summary.ts'
import { unitSummary } from '../../nodes/groups/unit-summary.ts'
import { withTrouble } from '../../nodes/groups/with-trouble.ts'
import { systemdUnitId } from '../../nodes/naming/stack-ids.ts'
import { hostLinks } from '../../nodes/rows/parent-links.ts'
import { isRunningContainer } from '../../reports/container-state.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { unitOf } from '../../reports/systemd.ts'
import { placedGroup } from '../assembling/group.ts'
import { unitOptions, type ViewOptions } from '../options/options.ts'
import type { PlacedNode, Placement, ViewDefinition } from '../placing/placement.ts'

const place = (index: ReportIndex, options: ViewOptions): Placement => {
  const { id: hostId, name: hostName } = index.report.host
  const nodes = new Map<string, PlacedNode>()
  for (const [unit, processes] of Map.groupBy(index.byTopology.process, unitOf)) {
    const [first] = processes
    if (unit === undefined || first === undefined) continue
    const id = systemdUnitId(hostId, unit)
    nodes.set(
      id,
      placedGroup({
        nodes: new Map(processes.map((node) => [node.id, { node, index }])),
        parents: hostLinks(index, first),
        summarise: (count, parents) => unitSummary({ id, unit, hostName, processes }, count, parents),
      }),
    )
  }
  const running = () => index.byTopology.container.filter(isRunningContainer)
  const others =
    options.pseudo === 'hide'
      ? []
      : [withTrouble(allContainersSummary(hostId, hostName), running()), withoutUnitSummary(hostId, hostName)]
  for (const summary of others) nodes.set(summary.id, { summary })
  const [containers, withoutUnit] = others
  const processNode = (process: ReportNode): string | undefined => {
    if (process.parents.container !== undefined) return containers?.id
    const unit = unitOf(process)
    return unit === undefined ? withoutUnit?.id : systemdUnitId(hostId, unit)
  }
  return {
    nodes,
    hidden: 0,
    nodeOf: (id) => {
      const node = index.nodes.get(id)
      if (node?.topology === 'container') return containers?.id
      return node?.topology === 'process' ? processNode(node) : undefined
    },
  }
}

/**
 * The systemd units of each host, with their processes. Container runtimes create units for containers as well; these
 * are all shown as one node, and so are the processes without a unit.
 */
export const systemdUnits: ViewDefinition = {
  id: 'systemd-units',
  name: 'Systemd units',
  rank: 3,
  hideIfEmpty: true,
  options: unitOptions,
  place,
  placesOwners: ['container'],
  selfEdges: true,
  dropsUnconnected: (options) => options.unconnected === 'hide',
  children: ['process'],
}
