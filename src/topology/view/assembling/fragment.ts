import type { Flow } from '../../connections/flow.ts'
import type { ChosenView } from '../../grouping/choose-view.ts'
import { foldPlacement } from '../../grouping/folds/fold-placement.ts'
import { plainPlacement, rememberingPlaces } from '../../grouping/plain-placement.ts'
import type { IndexedReport } from '../../pipeline/indexed-reports.ts'
import { Memory } from '../../reports/index/memory.ts'
import { compareIndexes, type ReportIndex } from '../../reports/index/report-index.ts'
import type { Placement, ViewDefinition } from '../placing/placement.ts'
import { type EdgeSums, type PlacedFlow, sumsOf } from './edge.ts'

/** One report's share of a view: its nodes, and the flows of which both ends are processes in this report. */
export interface Fragment {
  readonly of: IndexedReport
  readonly index: ReportIndex
  readonly placement: Placement
  readonly pairs: readonly PlacedFlow[]
  /** The ids of its pseudo nodes. */
  readonly pseudo: ReadonlySet<string>
  /** What was derived from this fragment. */
  readonly derived: Memory
}

/** What a probe has told of a view: its reports take the same slot, one after the other. */
export interface Slot {
  fragment: Fragment
}

/** An order of slots that does not depend on the order in which their reports came. */
export const compareSlots = (a: Slot, b: Slot): number => compareIndexes(a.fragment.index, b.fragment.index)

/**
 * Places the nodes of a report in a view, folds those in closed groups, and places the report's own flows.
 *
 * @param isFolded whether a group, by its id, is large enough to be folded
 * @param before that of the probe's report before
 */
export const makeFragment = (
  of: IndexedReport,
  { definition, options, folding }: ChosenView,
  isFolded: (group: string) => boolean,
  before: Fragment | undefined,
): Fragment => {
  const { index, flows } = of
  const placement = folding
    ? rememberingPlaces(foldPlacement(definition, folding, index, options, isFolded))
    : plainPlacement(definition, index, options)
  const pairs: PlacedFlow[] = []
  for (const flow of flows.pairs) {
    const source = endIn(placement, flow.client)
    const target = endIn(placement, flow.server)
    if (source === undefined || target === undefined) continue
    if (source === target && !keepsSelfEdge(definition, placement, source)) continue
    pairs.push({ source, target, flow })
  }
  const pseudo = before?.placement === placement ? before.pseudo : pseudoIn(placement)
  return { of, index, placement, pairs, pseudo, derived: new Memory() }
}

/** The flows of a fragment, added up. It is done for those only who are shown the edges. */
export const sumsIn = (fragment: Fragment): EdgeSums => fragment.derived.of(sumsOfPairs, fragment)

const sumsOfPairs = ({ pairs }: Fragment): EdgeSums => sumsOf(pairs)

const pseudoIn = ({ nodes }: Placement): ReadonlySet<string> => {
  const pseudo = new Set<string>()
  for (const [id, { summary }] of nodes) if (summary.pseudo) pseudo.add(id)
  return pseudo
}

const endIn = (placement: Placement, end: Flow['client']): string | undefined =>
  end.kind === 'process' ? placement.nodeOf(end.id) : undefined

/**
 * The members of a pseudo node have nothing in common, so connections among them are not shown as an edge to itself.
 */
const keepsSelfEdge = (definition: ViewDefinition, placement: Placement, id: string): boolean =>
  definition.selfEdges && placement.nodes.get(id)?.summary.pseudo !== true
