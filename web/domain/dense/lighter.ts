import { isFailing } from '../edge/edge-look.ts'
import type { Graph, MapEdge } from '../graph/graph.ts'
import type { Presence } from '../node/presence.ts'
import { count, plural } from '../words/format.ts'
import { type DenseRules, isDense } from './density.ts'
import { byWeightFirst, heaviest } from './heaviest.ts'

/** Which edges of a view are drawn only while they are looked at. */
export interface Thinned {
  /** View id. */
  readonly view: string
  /** Whether the view has so many edges that only the heaviest are drawn, unless somebody wants all. */
  readonly isDense: boolean
  /** Ids of the heaviest edges of a dense view. */
  readonly heavy: ReadonlySet<string>
  /** Ids of the edges that are neither among the heaviest nor failing. Empty when the view is not dense. */
  readonly lighter: ReadonlySet<string>
  /**
   * Ids of the edges by which nodes are placed: the heaviest and, of each node that has none of these, one other, so that it stands
   * beside the one that it has most to do with, not among the unconnected. Undefined = all edges.
   */
  readonly placing: ReadonlySet<string> | undefined
}

const none: ReadonlySet<string> = new Set()

/** Nothing is left out of a view of which nothing is known. */
export const notThinned: Thinned = {
  view: '',
  isDense: false,
  heavy: none,
  lighter: none,
  placing: undefined,
}

/** A view of which edges may be left out. */
export interface Thinnable {
  /** View id. */
  readonly view: string
  readonly graph: Graph
  readonly presence: Pick<Presence, 'failedMs'>
}

/**
 * Decides which edges of a view are drawn only while they are looked at: of a dense view all but the heaviest, and those that fail.
 *
 * @param before what this returned last
 * @returns `before` itself when nothing changes
 */
export function thinned(before: Thinned, { view, graph, presence }: Thinnable, rules: DenseRules): Thinned {
  const known = before.view === view ? before : { ...notThinned, view }
  if (!isDense(graph, known.isDense, rules)) return known.isDense ? { ...notThinned, view } : known
  const heavy = heaviest(known.heavy, graph.edges.values(), rules)
  const lighter = new Set<string>()
  for (const edge of graph.edges.values()) {
    const fails = isFailing(edge, presence.failedMs.has(edge.id))
    if (!heavy.has(edge.id) && !fails && edge.source !== edge.target) lighter.add(edge.id)
  }
  const placing = placedBy(known.placing, heavy, graph, rules)
  const isSame =
    known.placing !== undefined && hasSame(lighter, known.lighter) && hasSame(placing, known.placing)
  return isSame ? known : { view, isDense: true, heavy, lighter, placing }
}

/** The heaviest edges and, for each node that has none of these, the edge by which it was placed before, else its heaviest. */
function placedBy(
  before: ReadonlySet<string> = none,
  heavy: ReadonlySet<string>,
  { edges }: Graph,
  rules: DenseRules,
): ReadonlySet<string> {
  const placing = new Set(heavy)
  const reached = new Set<string>()
  for (const id of heavy) {
    const edge = edges.get(id)
    if (edge) reached.add(edge.source).add(edge.target)
  }
  const areReached = ({ source, target }: MapEdge) => reached.has(source) && reached.has(target)
  const left = [...edges.values()].filter((edge) => edge.source !== edge.target && !areReached(edge))
  const held = left.filter(({ id }) => before.has(id))
  for (const edge of [...held, ...byWeightFirst(left, rules)]) {
    if (areReached(edge)) continue
    placing.add(edge.id)
    reached.add(edge.source).add(edge.target)
  }
  return placing
}

function hasSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false
  for (const id of a) if (!b.has(id)) return false
  return true
}

/** What is pointed at or selected: nodes, and the ends of an edge. */
export interface InSight {
  readonly nodes: ReadonlySet<string>
  readonly edge?: { readonly source: string; readonly target: string } | undefined
}

/** The graph with those edges only that are drawn: all but the lighter ones, and of these the ones that are looked at. */
export function drawnOf(graph: Graph, lighter: ReadonlySet<string>, { nodes, edge: chosen }: InSight): Graph {
  if (lighter.size === 0) return graph
  const edges = [...graph.edges].filter(
    ([id, { source, target }]) =>
      !lighter.has(id) ||
      nodes.has(source) ||
      nodes.has(target) ||
      (chosen?.source === source && chosen.target === target),
  )
  return { nodes: graph.nodes, edges: new Map(edges) }
}

/** What the page says of the lighter edges of a dense view, and the button beside that. */
export interface LighterWords {
  /** `575 lighter ones hidden`; undefined while all are shown. */
  readonly hidden: string | undefined
  /** What the button says, and what it says in full. */
  readonly action: string
  readonly hint: string
  /** Whether a press shows all edges, or the heaviest only. */
  readonly showsAll: boolean
}

/** The words for a view; undefined when none of its edges is among the lighter ones. */
export function lighterWords(
  { lighter }: Pick<Thinned, 'lighter'>,
  edges: number,
  areAllShown: boolean,
): LighterWords | undefined {
  if (lighter.size === 0) return undefined
  if (areAllShown) {
    const hint = `Hide the ${plural(lighter.size, 'lightest edge')}, but for those that fail`
    return { hidden: undefined, action: 'Only the heaviest', hint, showsAll: false }
  }
  const hidden = `${count(lighter.size)} lighter ${lighter.size === 1 ? 'one' : 'ones'} hidden`
  return { hidden, action: 'Show all', hint: `Show all ${plural(edges, 'edge')}`, showsAll: true }
}

/** `622 edges`, or `50 of 622 edges` where some are drawn only while they are looked at. */
export function edgesWords(edges: number, hidden: number): string {
  return `${hidden > 0 ? `${count(edges - hidden)} of ` : ''}${plural(edges, 'edge')}`
}
