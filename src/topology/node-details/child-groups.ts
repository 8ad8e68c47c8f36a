import type { ChildGroup, Column, NodeSummary } from '../../api/types.ts'
import { facts, metrics } from '../../report/facts.ts'
import type { ReportNode, Topology } from '../../report/schema.ts'
import { firstById } from '../first-by-id.ts'
import { imageSummary } from '../nodes/groups/image-summary.ts'
import { withTrouble } from '../nodes/groups/with-trouble.ts'
import { imageIdentity } from '../nodes/naming/image-name.ts'
import { metricRowsOf } from '../nodes/rows/metric-rows.ts'
import { summaryOf } from '../nodes/summary.ts'
import { imageOf, type ReportIndex } from '../reports/index/report-index.ts'
import type { Fragment } from '../view/assembling/fragment.ts'
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
    const nodes =
      topology === 'container_image'
        ? imageSummaries(fragments, nodeId)
        : membersOf(fragments, nodeId, topology).flatMap(({ index, nodes }) => summaries(index, nodes))
    // Nodes that several reports have are listed once, and a node is not listed as its own child.
    const byId = firstById(nodes)
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

const summaries = (index: ReportIndex, nodes: readonly ReportNode[]): NodeSummary[] =>
  nodes.map((node) => {
    const rows = metricRowsOf(index, node)
    return rows ? { ...summaryOf(index, node), metrics: rows } : summaryOf(index, node)
  })

/**
 * The images that a node of a view contains, with the ids that they have in the view of images, and the number of their
 * containers in the node, over all hosts.
 */
const imageSummaries = (fragments: readonly Fragment[], nodeId: string): NodeSummary[] => {
  const all = membersOf(fragments, nodeId, 'container').flatMap(({ index, nodes }) =>
    nodes.map((container) => ({ id: container.id, container, index })),
  )
  const containers = Map.groupBy(
    firstById(all).values(),
    ({ container, index }) => imageIdentity(container, imageOf(index, container))?.id,
  )
  const images = membersOf(fragments, nodeId, 'container_image').flatMap(({ nodes }) =>
    nodes.flatMap((image) => {
      const identity = imageIdentity(undefined, image)
      return identity ? [{ ...identity, image }] : []
    }),
  )
  return Array.from(firstById(images).values(), ({ image, ...identity }) => {
    const held = (containers.get(identity.id) ?? []).map(({ container }) => container)
    return withTrouble(imageSummary(identity, image, held.length, []), held)
  })
}
