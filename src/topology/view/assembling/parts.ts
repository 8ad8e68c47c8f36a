import type { NodeSummary } from '../../../api/types.ts'
import { flowsOf, type ReportFlows } from '../../connections/report-flows.ts'
import type { HeldReport } from '../../held-report.ts'
import { keepLatest } from '../../keep-latest.ts'
import type { RenderContext } from '../../render-context.ts'
import type { ViewOptions } from '../options/options.ts'
import { inOrder } from '../placing/held-order.ts'
import { placeStitched } from '../placing/place-stitched.ts'
import type { ViewDefinition } from '../placing/placement.ts'
import { stitchedFlows } from '../placing/stitched.ts'
import type { PlacedFlow } from './edge.ts'
import { type Fragment, fragmentOf } from './fragment.ts'

/** The parts that a view is assembled from. They are enough to answer questions about a single node. */
export interface ViewParts {
  readonly definition: ViewDefinition
  readonly options: ViewOptions
  readonly fragments: readonly Fragment[]
  /** Placed flows that were joined across reports, or that have one end without a known process. */
  readonly stitched: readonly PlacedFlow[]
  /** Pseudo nodes for the ends of stitched flows that no report node stands for, by id. */
  readonly outside: ReadonlyMap<string, NodeSummary>
  /** The flows of each report that the view is made from. The same objects in the same order mean the same view. */
  readonly madeFrom: readonly ReportFlows[]
  readonly context: RenderContext
}

interface Remembered {
  readonly of: readonly ReportFlows[]
  readonly byKey: Map<string, ViewParts>
}

// Bounds the number of cached views while the reports do not change.
const MAX_PARTS = 64

// Keyed by the first report's flows, so that cached values are freed together with that report.
const remembered = new WeakMap<ReportFlows, Remembered>()

/**
 * The parts of a view, computed once for a set of reports.
 *
 * @param options a value for every group of the view
 * @param key names the view and these options
 */
export const viewParts = (
  definition: ViewDefinition,
  options: ViewOptions,
  key: string,
  held: readonly HeldReport[],
  context: RenderContext,
): ViewParts => {
  const reports = inOrder(held)
  const madeFrom = reports.map(flowsOf)
  const byKey = rememberedOf(madeFrom)
  const known = byKey.get(key)
  if (known?.context === context) return known

  const fragments = reports.map((report) => fragmentOf(report, definition, options, key))
  const flows = stitchedFlows(
    fragments.map(({ index }) => index),
    madeFrom,
  )
  const { flows: stitched, outside } = placeStitched(flows, definition, fragments, key, context)
  const parts = { definition, options, fragments, stitched, outside, madeFrom, context }
  keepLatest(byKey, key, parts, MAX_PARTS)
  return parts
}

const noReport: ReportFlows = { pairs: [], halves: [] }

const rememberedOf = (madeFrom: readonly ReportFlows[]): Map<string, ViewParts> => {
  const [first = noReport] = madeFrom
  const known = remembered.get(first)
  if (known && sameObjects(known.of, madeFrom)) return known.byKey
  const byKey = new Map<string, ViewParts>()
  remembered.set(first, { of: madeFrom, byKey })
  return byKey
}

const sameObjects = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i])
