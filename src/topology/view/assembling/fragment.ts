import type { Report } from '../../../report/schema.ts'
import type { Flow } from '../../connections/flow.ts'
import { flowsOf, type ReportFlows } from '../../connections/report-flows.ts'
import type { HeldReport } from '../../held-report.ts'
import { keepLatest } from '../../keep-latest.ts'
import { indexOf, type ReportIndex } from '../../reports/report-index.ts'
import type { ViewOptions } from '../options/options.ts'
import type { Placement, ViewDefinition } from '../placing/placement.ts'
import { addConnections, type EdgeSums, type PlacedFlow } from './edge.ts'

/** One report's share of a view: its nodes, and the flows of which both ends are processes in this report. */
export interface Fragment {
  readonly index: ReportIndex
  readonly placement: Placement
  readonly pairs: readonly PlacedFlow[]
  readonly sums: EdgeSums
}

interface Remembered {
  readonly flows: ReportFlows
  readonly fragment: Fragment
}

// Bounds the number of cached fragments of a report that does not change.
const MAX_FRAGMENTS = 64

const remembered = new WeakMap<Report, Map<string, Remembered>>()

/** The fragment of a report, computed once for each view and set of options. @param key names those two */
export const fragmentOf = (
  held: HeldReport,
  definition: ViewDefinition,
  options: ViewOptions,
  key: string,
): Fragment => {
  const flows = flowsOf(held)
  let ofReport = remembered.get(held.report)
  if (ofReport === undefined) {
    ofReport = new Map()
    remembered.set(held.report, ofReport)
  }
  const known = ofReport.get(key)
  if (known?.flows === flows) return known.fragment
  const fragment = makeFragment(indexOf(held), flows, definition, options)
  keepLatest(ofReport, key, { flows, fragment }, MAX_FRAGMENTS)
  return fragment
}

const makeFragment = (
  index: ReportIndex,
  flows: ReportFlows,
  definition: ViewDefinition,
  options: ViewOptions,
): Fragment => {
  const placement = rememberingPlaces(definition.place(index, options))
  const pairs: PlacedFlow[] = []
  for (const flow of flows.pairs) {
    const source = endIn(placement, flow.client)
    const target = endIn(placement, flow.server)
    if (source === undefined || target === undefined) continue
    if (source === target && !keepsSelfEdge(definition, placement, source)) continue
    pairs.push({ source, target, flow })
  }
  let sums: EdgeSums | undefined
  return {
    index,
    placement,
    pairs,
    // Computed on demand: details of a single node do not need them.
    get sums() {
      sums ??= sumsOf(pairs)
      return sums
    },
  }
}

/** Caches `nodeOf`, which is called for both ends of every flow. */
const rememberingPlaces = ({ nodeOf, ...placement }: Placement): Placement => {
  const places = new Map<string, string | undefined>()
  return {
    ...placement,
    nodeOf: (id) => {
      const known = places.get(id)
      if (known !== undefined || places.has(id)) return known
      const place = nodeOf(id)
      places.set(id, place)
      return place
    },
  }
}

const sumsOf = (pairs: readonly PlacedFlow[]): EdgeSums => {
  const sums: EdgeSums = new Map()
  for (const { source, target, flow } of pairs)
    addConnections(sums, source, target, flow.numbers, [flow.port])
  return sums
}

const endIn = (placement: Placement, end: Flow['client']): string | undefined =>
  end.kind === 'process' ? placement.nodeOf(end.id) : undefined

/**
 * The members of a pseudo node have nothing in common, so connections among them are not shown as an edge to itself.
 */
const keepsSelfEdge = (definition: ViewDefinition, placement: Placement, id: string): boolean =>
  definition.selfEdges && placement.nodes.get(id)?.summary.pseudo !== true
