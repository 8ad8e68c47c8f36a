import type { MetadataRow, NodeSummary, ParentLink, Shape } from '../../../api/types.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { counted } from '../../nodes/naming/labels.ts'
import { processCount } from '../../nodes/process-summary.ts'
import { hostLinks } from '../../nodes/rows/parent-links.ts'
import type { ReportIndex } from '../../reports/report-index.ts'

/** A group as nodes name it. */
export interface GroupRef {
  readonly id: string
  readonly label: string
}

/** A node of a report that is folded into a group. */
export interface FoldedNode {
  readonly node: ReportNode
  readonly index: ReportIndex
}

/** A node of a report that is in a closed group. */
export interface FoldedMember extends FoldedNode {
  /** Id of the node that stands for it in the view without groups. */
  readonly viewNode: string
}

/** What a closed group holds, as far as the reports looked at know. */
export interface Fold {
  readonly group: GroupRef
  /** What a group of this kind is. */
  readonly kind: string
  /** The host, of groups that are of one host each. */
  readonly place: string | undefined
  readonly shape: Shape
  /** Ids of the nodes of the view without groups. */
  readonly members: ReadonlySet<string>
  /** Processes, containers or hosts, by id; each once, though several reports may have it. */
  readonly nodes: ReadonlyMap<string, FoldedMember>
}

/** One group as several reports know it; the word of the first goes first. */
export const mergeFolds = (first: Fold, ...others: readonly Fold[]): Fold => {
  const members = new Set(first.members)
  const nodes = new Map(first.nodes)
  for (const other of others) {
    for (const id of other.members) members.add(id)
    for (const [id, folded] of other.nodes) if (!nodes.has(id)) nodes.set(id, folded)
  }
  return { ...first, members, nodes }
}

/** A group of more hosts than this does not link to them: only their number is told. */
const MAX_HOST_LINKS = 12

/** The node of a closed group. */
export const foldSummary = ({ group, kind, place, shape, nodes }: Fold): NodeSummary => {
  const hosts = hostsOf(nodes.values())
  const held = counts(nodes.values())
  const number = held.map(({ count, singular, plural }) => counted(count, singular, plural)).join(', ')
  return {
    id: group.id,
    label: group.label,
    labelMinor: place === undefined ? number : `${number} on ${place}`,
    rank: group.label,
    shape,
    stack: true,
    group,
    metadata: [
      { id: 'group', label: kind, value: group.label, priority: 1 },
      ...held.map(
        ({ id, title, count }): MetadataRow => ({
          id,
          label: title,
          value: String(count),
          priority: 2,
          dataType: 'number',
        }),
      ),
      ...(hosts.length > 1
        ? [
            {
              id: 'hosts',
              label: 'On hosts',
              value: String(hosts.length),
              priority: 3,
              dataType: 'number' as const,
            },
          ]
        : []),
    ],
    parents: hosts.length > MAX_HOST_LINKS ? [] : hosts,
  }
}

const nouns = [
  { id: 'host', singular: 'host', plural: 'hosts', title: 'Hosts' },
  { id: 'container', singular: 'container', plural: 'containers', title: 'Containers' },
  { id: 'process', singular: 'process', plural: 'processes', title: 'Processes' },
  { id: 'container_image', singular: 'image', plural: 'images', title: 'Images' },
] as const

const counts = (folded: Iterable<FoldedNode>) => {
  const byTopology = new Map<string, number>()
  for (const { node } of folded) {
    const count = node.topology === 'process' ? processCount(node) : 1
    byTopology.set(node.topology, (byTopology.get(node.topology) ?? 0) + count)
  }
  return nouns.flatMap((noun) => {
    const count = byTopology.get(noun.id)
    return count === undefined ? [] : [{ ...noun, count }]
  })
}

const hostsOf = (folded: Iterable<FoldedNode>): ParentLink[] => {
  const links = new Map<string, ParentLink>()
  for (const { node, index } of folded) {
    if (node.topology === 'host') continue
    for (const link of hostLinks(index, node)) if (!links.has(link.id)) links.set(link.id, link)
  }
  return [...links.values()]
}
