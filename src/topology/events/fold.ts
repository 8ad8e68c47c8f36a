import type { EventKind, EventNode } from '../../api/types.ts'
import type { EventDraft } from './draft.ts'

/** More events of one kind about nodes of one host than this are folded into one. */
const FOLD_NODES_ABOVE = 20
/** More events of one kind about edges that share an end than this are folded into one. */
const FOLD_EDGES_ABOVE = 5
/** The same for edges with different ends. */
const FOLD_ALL_EDGES_ABOVE = 20
/** The most nodes that a folded event lists. */
const MAX_NODES = 16

/**
 * Folds similar events of the same moment into one, so that a burst does not hide everything else. The order is kept.
 */
export const foldBursts = (drafts: readonly EventDraft[]): EventDraft[] => {
  const bySource = foldBy(drafts, FOLD_EDGES_ABOVE, sourceKey, foldSource)
  const byTarget = foldBy(bySource, FOLD_EDGES_ABOVE, targetKey, foldTarget)
  const edges = foldBy(byTarget, FOLD_ALL_EDGES_ABOVE, edgesKey, foldEdges)
  return foldBy(edges, FOLD_NODES_ABOVE, nodesKey, foldNodes)
}

type KeyOf = (draft: EventDraft) => string | undefined
type Fold = (first: EventDraft, all: readonly EventDraft[]) => EventDraft

const foldBy = (drafts: readonly EventDraft[], above: number, keyOf: KeyOf, fold: Fold): EventDraft[] => {
  const groups = Map.groupBy(drafts, keyOf)
  const folded = new Map<EventDraft, EventDraft | undefined>()
  for (const [key, group] of groups) {
    const [first] = group
    if (key === undefined || first === undefined || group.length <= above) continue
    for (const draft of group) folded.set(draft, undefined)
    folded.set(first, { ...fold(first, group), count: group.length })
  }
  return drafts.flatMap((draft) => (folded.has(draft) ? (folded.get(draft) ?? []) : [draft]))
}

const isSingleEdge = ({ edge, count }: EventDraft): boolean => edge !== undefined && count === undefined

const sourceKey: KeyOf = (draft) =>
  isSingleEdge(draft) ? `${draft.kind} ${draft.nodes[0]?.view} ${draft.edge?.source}` : undefined

const targetKey: KeyOf = (draft) =>
  isSingleEdge(draft) ? `${draft.kind} ${draft.nodes[0]?.view} ${draft.edge?.target}` : undefined

const edgesKey: KeyOf = (draft) => (isSingleEdge(draft) ? `${draft.kind} ${draft.nodes[0]?.view}` : undefined)

const nodesKey: KeyOf = ({ kind, hostName }) => (hostName === undefined ? undefined : `${kind} ${hostName}`)

const foldSource: Fold = ({ edge: _, ...first }, all) => {
  const [source] = first.nodes
  const verb = first.kind === 'edge-failing' ? 'fails to connect to' : 'connects to'
  return {
    ...first,
    text: `${source?.label} ${verb} ${all.length} nodes`,
    nodes: named(all, [0, 1]),
  }
}

const foldTarget: Fold = ({ edge: _, ...first }, all) => {
  const target = first.nodes[1]
  const verb = first.kind === 'edge-failing' ? 'fail to connect to' : 'connect to'
  return {
    ...first,
    text: `${all.length} nodes ${verb} ${target?.label}`,
    nodes: named(all, [1, 0]),
  }
}

const foldEdges: Fold = ({ edge: _, ...first }, all) => ({
  ...first,
  text: first.kind === 'edge-failing' ? `${all.length} edges fail` : `${all.length} edges are new`,
  nodes: named(all, [0, 1]),
})

const nodeVerbs: Partial<Record<EventKind, string>> = {
  appeared: 'started on',
  gone: 'are gone from',
  restarted: 'restarted on',
  replaced: 'were replaced on',
  healthy: 'are healthy on',
  unhealthy: 'are unhealthy on',
  paused: 'were paused on',
  unpaused: 'were unpaused on',
  'oom-killed': 'were short of memory on',
}

const foldNodes: Fold = (first, all) => ({
  ...first,
  text: `${all.length} containers and programs ${nodeVerbs[first.kind] ?? 'changed on'} ${first.hostName}`,
  nodes: named(all, [0]),
})

/**
 * The nodes at these positions of each draft, without duplicates: first all nodes of the first position, then those
 * of the next.
 */
const named = (drafts: readonly EventDraft[], places: readonly number[]): EventNode[] => {
  const nodes = places.flatMap((place) => drafts.flatMap(({ nodes }) => nodes[place] ?? []))
  return [...new Map(nodes.map((node) => [node.id, node])).values()].slice(0, MAX_NODES)
}
