import type { MetadataRow, NodeSummary, ParentLink, Shape } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { networksRow } from '../../nodes/groups/networks-row.ts'
import { counted } from '../../nodes/naming/labels.ts'
import { countNodes, exitedRows, exitedWords } from '../../nodes/node-count.ts'
import { partOfAll, partOfField } from '../../nodes/part-of.ts'
import { hostLinks } from '../../nodes/rows/parent-links.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { textFact } from '../../reports/node-facts.ts'

/** A reference to a group. */
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
  /** Id of its node in the view without groups. */
  readonly viewNode: string
}

/** A closed group and its contents, as far as the reports merged so far know. */
export interface Fold {
  readonly group: GroupRef
  /** What groups of this kind are called. */
  readonly kind: string
  /** Whether its members are replicas of the same. */
  readonly isOfReplicas: boolean
  /** Whether it holds all that is in no other group. */
  readonly isRest: boolean
  /** Whether it is to tell the networks of its containers. */
  readonly tellsNetworks: boolean
  /** Name of the host, for groupings whose groups belong to a single host. */
  readonly place: string | undefined
  readonly shape: Shape
  /** Ids of the nodes of the view without groups that it replaces. */
  readonly members: ReadonlySet<string>
  /** The processes, containers, images or hosts in it, by id; each once, even if several reports have it. */
  readonly nodes: ReadonlyMap<string, FoldedMember>
}

/** Merges what several reports know about a group; the first report wins where they differ. */
export const mergeFolds = (first: Fold, ...others: readonly Fold[]): Fold => {
  const members = new Set(first.members)
  const nodes = new Map(first.nodes)
  for (const other of others) {
    for (const id of other.members) members.add(id)
    for (const [id, folded] of other.nodes) if (!nodes.has(id)) nodes.set(id, folded)
  }
  return { ...first, members, nodes }
}

/** Whether a verified probe tells of any of these. */
export const isVerified = (folded: Iterable<FoldedNode>): boolean => {
  for (const { index } of folded) if (index.verified) return true
  return false
}

/** A group on more hosts than this has no links to them, only their number. */
const MAX_HOST_LINKS = 12

/** The summary of a closed group. */
export const foldSummary = (fold: Fold): NodeSummary => {
  const { group, kind, isRest, tellsNetworks, shape, members, nodes } = fold
  const hosts = hostsOf(nodes.values())
  const { held, exited } = counts(nodes.values())
  return {
    id: group.id,
    label: isRest ? counted(members.size, 'other') : group.label,
    labelMinor: minorLabel(fold),
    rank: group.label,
    ...partOfField(partOfAll(nodes.values())),
    shape,
    stack: true,
    group,
    ...hostsField(nodes.values()),
    metadata: [
      { id: 'group', label: kind, value: group.label, priority: 1 },
      ...imageRows(nodes.values()),
      ...held.map(
        ({ id, title, count }): MetadataRow => ({
          id,
          label: title,
          value: String(count),
          priority: 2,
          dataType: 'number',
        }),
      ),
      ...exitedRows(exited, 2),
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
      ...(tellsNetworks ? networksRow([...nodes.values()].map(({ node }) => node)) : []),
    ],
    parents: hosts.length > MAX_HOST_LINKS ? [] : hosts,
  }
}

const hostsField = (folded: Iterable<FoldedNode>): Pick<NodeSummary, 'hosts'> => {
  const hosts = [...folded].flatMap(({ node }) => (node.topology === 'host' ? [node.id] : []))
  return hosts.length === 0 ? {} : { hosts: hosts.sort() }
}

/** The image of containers that all have the same. */
const imageRows = (folded: Iterable<FoldedNode>): readonly MetadataRow[] => {
  const images = new Set<string | undefined>()
  for (const { node } of folded)
    images.add(node.topology === 'container' ? textFact(node, facts.imageName) : undefined)
  const [image, ...others] = images
  if (image === undefined || others.length > 0) return []
  return [{ id: facts.imageName, label: 'Image', value: image, priority: 2 }]
}

/** How many there are of what, and where, if that is a single host, or if they are replicas. */
const minorLabel = ({ isOfReplicas, isRest, place, nodes }: Fold): string => {
  const { held, exited } = counts(nodes.values())
  const [only, ...others] = held
  // Processes that are replicas are of one host; those of a service's containers may be of several programs.
  const ofWhat = place === undefined ? 'container' : 'process'
  if (isOfReplicas && !isRest && only?.id === ofWhat && others.length + exited === 0) {
    const hosts = new Set(hostsOf(nodes.values()).map(({ label }) => label))
    const where = hosts.size === 1 ? [...hosts].join() : counted(hosts.size, 'host')
    return hosts.size === 0 ? `×${only.count}` : `×${only.count} on ${where}`
  }
  const number = [
    ...held.map(({ count, singular, plural }) => counted(count, singular, plural)),
    ...exitedWords(exited),
  ].join(', ')
  return place === undefined ? number : `${number} on ${place}`
}

const nouns = [
  { id: 'host', singular: 'host', plural: 'hosts', title: 'Hosts' },
  { id: 'container', singular: 'container', plural: 'containers', title: 'Containers' },
  { id: 'process', singular: 'process', plural: 'processes', title: 'Processes' },
  { id: 'container_image', singular: 'image', plural: 'images', title: 'Images' },
] as const

/** What is in a group: how many of each kind are there, and how many processes have exited. */
const counts = (folded: Iterable<FoldedNode>) => {
  const byTopology = Map.groupBy(
    Array.from(folded, ({ node }) => node),
    ({ topology }) => topology,
  )
  const ofProcesses = countNodes(byTopology.get('process') ?? [])
  const held = nouns.flatMap((noun) => {
    const count = noun.id === 'process' ? ofProcesses.there : (byTopology.get(noun.id)?.length ?? 0)
    return count === 0 ? [] : [{ ...noun, count }]
  })
  return { held, exited: ofProcesses.exited }
}

const hostsOf = (folded: Iterable<FoldedNode>): ParentLink[] => {
  const links = new Map<string, ParentLink>()
  for (const { node, index } of folded) {
    if (node.topology === 'host') continue
    for (const link of hostLinks(index, node)) if (!links.has(link.id)) links.set(link.id, link)
  }
  return [...links.values()]
}
