import type { EventNode } from '../../api/types.ts'
import type { ReportNode, Topology } from '../../report/schema.ts'
import { containerLabel, hostLabels, processLabel } from '../../topology/nodes/naming/labels.ts'

/** Views that show the nodes of a topology. */
const viewOf: Readonly<Record<Topology, string>> = {
  host: 'hosts',
  process: 'processes',
  container: 'containers',
  container_image: 'containers-by-image',
}

const labelOf = (node: ReportNode): string => {
  switch (node.topology) {
    case 'container':
      return containerLabel(node)
    case 'process':
      return processLabel(node)
    case 'host':
      return hostLabels(node).label
    case 'container_image':
      return node.name
  }
}

/** A node that a control is used on, as events name it. */
export const targetOf = (node: ReportNode): EventNode => ({
  id: node.id,
  label: labelOf(node),
  topology: node.topology,
  view: viewOf[node.topology],
})
