import { facts, metrics } from '../../report/facts.ts'
import type { ReportNode, Topology } from '../../report/schema.ts'
import { imageIdentity } from '../nodes/image-name.ts'
import { imageSummary } from '../nodes/image-summary.ts'
import { metricRows } from '../nodes/metric-rows.ts'
import { hostLinks } from '../nodes/parent-links.ts'
import { summaryOf } from '../nodes/summary.ts'
import type { Rendering } from '../render.ts'
import { imageOf, type ReportIndex } from '../reports/report-index.ts'
import type { ChildGroup, Column, NodeSummary } from '../types.ts'

type ChildTopology = Exclude<Topology, 'host'>

const number = (id: string, label: string, defaultSort = false): Column => ({
  id,
  label,
  defaultSort,
  dataType: 'number',
})

const groups: Readonly<Record<ChildTopology, Omit<ChildGroup, 'nodes'>>> = {
  container: {
    id: '',
    label: 'Containers',
    topologyId: 'containers',
    columns: [number(metrics.containerCpu, 'CPU', true), number(metrics.containerMemory, 'Memory')],
  },
  process: {
    id: '',
    label: 'Processes',
    topologyId: 'processes',
    columns: [
      number(facts.pid, 'PID'),
      number(metrics.processCpu, 'CPU', true),
      number(metrics.processMemory, 'Memory'),
    ],
  },
  container_image: {
    id: '',
    label: 'Container images',
    topologyId: 'containers-by-image',
    columns: [number('container', 'Containers', true)],
  },
}

/** What a node of a view stands for or holds, by topology; groups without nodes are left out. */
export const childGroups = ({ definition, fragments }: Rendering, nodeId: string): ChildGroup[] => {
  const holding = fragments.filter(({ placement }) => placement.nodes.has(nodeId))
  return (['container', 'process', 'container_image'] as const).flatMap((topology) => {
    if (!definition.children.includes(topology)) return []
    const nodes = holding.flatMap(({ index, placement }) =>
      summaries(
        index,
        topology,
        index.byTopology[topology].filter((node) => placement.nodeOf(node.id) === nodeId),
      ),
    )
    const byId = new Map(nodes.map((node) => [node.id, node]))
    byId.delete(nodeId)
    return byId.size > 0 ? [{ ...groups[topology], nodes: [...byId.values()].sort(byLabel) }] : []
  })
}

const byLabel = (a: NodeSummary, b: NodeSummary): number =>
  a.label === b.label ? (a.id < b.id ? -1 : 1) : a.label < b.label ? -1 : 1

const summaries = (
  index: ReportIndex,
  topology: ChildTopology,
  nodes: readonly ReportNode[],
): NodeSummary[] => {
  if (topology === 'container_image') return imageSummaries(index, nodes)
  return nodes.map((node) => {
    const rows = metricRows(topology, index.metrics.get(node.id))
    return rows ? { ...summaryOf(index, node), metrics: rows } : summaryOf(index, node)
  })
}

/** Images under the id they have in the view of images, with their number of containers on this host. */
const imageSummaries = (index: ReportIndex, images: readonly ReportNode[]): NodeSummary[] => {
  const containers = Map.groupBy(
    index.byTopology.container,
    (container) => imageIdentity(container, imageOf(index, container))?.id,
  )
  return images.flatMap((image) => {
    const identity = imageIdentity(undefined, image)
    if (identity === undefined) return []
    const count = containers.get(identity.id)?.length ?? 0
    return [imageSummary(identity, image, count, hostLinks(index, image))]
  })
}
