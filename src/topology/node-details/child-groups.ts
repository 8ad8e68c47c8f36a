import type { ChildGroup, Column, NodeSummary } from '../../api/types.ts'
import { facts, metrics } from '../../report/facts.ts'
import type { ReportNode, Topology } from '../../report/schema.ts'
import { imageSummary } from '../nodes/groups/image-summary.ts'
import { withTrouble } from '../nodes/groups/with-trouble.ts'
import { imageIdentity } from '../nodes/naming/image-name.ts'
import { metricRowsOf } from '../nodes/rows/metric-rows.ts'
import { hostLinks } from '../nodes/rows/parent-links.ts'
import { summaryOf } from '../nodes/summary.ts'
import { imageOf, type ReportIndex } from '../reports/index/report-index.ts'
import type { ViewParts } from '../view/view-parts.ts'
import { membersOf } from './members.ts'

/** The most nodes listed in a group; those with the highest values of the `defaultSort` column. */
export const MAX_CHILDREN = 1000

const column = (id: string, label: string, dataType: string, defaultSort = false): Column => ({
  id,
  label,
  defaultSort,
  dataType,
})

/** How a list of children of one topology is presented. */
export type GroupTemplate = Pick<ChildGroup, 'label' | 'topologyId' | 'columns'>

/** In the order in which the groups are returned. */
const templates: Readonly<Record<Topology, GroupTemplate>> = {
  host: {
    label: 'Hosts',
    topologyId: 'hosts',
    columns: [
      column(metrics.hostCpu, 'CPU', 'number', true),
      column(metrics.hostMemory, 'Memory', 'number'),
      column(metrics.load1, 'Load', 'number'),
    ],
  },
  container: {
    label: 'Containers',
    topologyId: 'containers',
    columns: [
      column(facts.containerState, 'State', 'text'),
      column(metrics.containerCpu, 'CPU', 'number', true),
      column(metrics.containerMemory, 'Memory', 'number'),
      column(facts.containerStarted, 'Started', 'datetime'),
    ],
  },
  process: {
    label: 'Processes',
    topologyId: 'processes',
    columns: [
      column(facts.pid, 'PID', 'number'),
      column(metrics.processCpu, 'CPU', 'number', true),
      column(metrics.processMemory, 'Memory', 'number'),
      column(facts.startedAt, 'Started', 'datetime'),
      column(metrics.processOpenFiles, 'Open files', 'number'),
    ],
  },
  container_image: {
    label: 'Container images',
    topologyId: 'containers-by-image',
    columns: [
      column(facts.imageTag, 'Tag', 'text'),
      column('container', 'Containers', 'number', true),
      column(facts.imageSize, 'Size', 'bytes'),
    ],
  },
}

/** The report nodes that a node of a view stands for or contains, grouped by topology. Empty groups are left out. */
export const childGroups = ({ definition, fragments }: ViewParts, nodeId: string): ChildGroup[] =>
  (Object.keys(templates) as Topology[]).flatMap((topology) => {
    if (!definition.children.includes(topology)) return []
    const nodes = membersOf(fragments, nodeId, topology).flatMap(({ index, nodes }) =>
      summaries(index, topology, nodes),
    )
    // Nodes that several reports have are listed once, and a node is not listed as its own child.
    const byId = new Map(nodes.map((node) => [node.id, node]))
    byId.delete(nodeId)
    return byId.size > 0 ? [childGroup(templates[topology], [...byId.values()])] : []
  })

/** A group of these nodes, reduced to the data that its columns show. */
const childGroup = (template: GroupTemplate, nodes: readonly NodeSummary[]): ChildGroup => {
  const { columns } = template
  const shown = new Set(columns.map(({ id }) => id))
  const first = columns.find(({ defaultSort }) => defaultSort)?.id ?? ''
  const kept =
    nodes.length > MAX_CHILDREN
      ? nodes
          .map((node) => ({ node, value: sortValue(node, first) }))
          .sort((a, b) => b.value - a.value)
          .slice(0, MAX_CHILDREN)
          .map(({ node }) => node)
      : nodes
  return {
    id: '',
    ...template,
    nodes: kept.map((node) => cutDown(node, shown)).sort(byLabel),
    total: nodes.length,
  }
}

const sortValue = ({ metrics = [], metadata = [] }: NodeSummary, columnId: string): number =>
  metrics.find(({ id }) => id === columnId)?.value ??
  Number(metadata.find(({ id }) => id === columnId)?.value ?? 0)

const cutDown = (
  {
    id,
    label,
    labelMinor,
    rank,
    shape,
    stack,
    pseudo,
    state,
    trouble,
    metadata = [],
    metrics = [],
  }: NodeSummary,
  shown: ReadonlySet<string>,
): NodeSummary => ({
  id,
  label,
  labelMinor,
  rank,
  shape,
  ...(stack ? { stack } : {}),
  ...(pseudo ? { pseudo } : {}),
  ...(state ? { state } : {}),
  ...(trouble ? { trouble } : {}),
  metadata: metadata.filter((row) => shown.has(row.id)),
  metrics: metrics.filter((row) => shown.has(row.id)),
})

const byLabel = (a: NodeSummary, b: NodeSummary): number =>
  a.label === b.label ? (a.id < b.id ? -1 : 1) : a.label < b.label ? -1 : 1

const summaries = (index: ReportIndex, topology: Topology, nodes: readonly ReportNode[]): NodeSummary[] => {
  if (topology === 'container_image') return imageSummaries(index, nodes)
  return nodes.map((node) => {
    const rows = metricRowsOf(index, node)
    return rows ? { ...summaryOf(index, node), metrics: rows } : summaryOf(index, node)
  })
}

/** Images with the ids that they have in the view of images, and the number of their containers on this host. */
const imageSummaries = (index: ReportIndex, images: readonly ReportNode[]): NodeSummary[] => {
  const containers = Map.groupBy(
    index.byTopology.container,
    (container) => imageIdentity(container, imageOf(index, container))?.id,
  )
  return images.flatMap((image) => {
    const identity = imageIdentity(undefined, image)
    if (identity === undefined) return []
    const held = containers.get(identity.id) ?? []
    return [withTrouble(imageSummary(identity, image, held.length, hostLinks(index, image)), held)]
  })
}
