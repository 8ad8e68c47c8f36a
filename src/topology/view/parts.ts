import type { NodeSummary } from '../../api/types.ts'
import { flowsOf, type ReportFlows } from '../connections/report-flows.ts'
import type { HeldReport } from '../held-report.ts'
import { keepLatest } from '../keep-latest.ts'
import type { RenderContext } from '../render-context.ts'
import type { PlacedFlow } from './edge.ts'
import { type Fragment, fragmentOf } from './fragment.ts'
import { inOrder } from './held-order.ts'
import type { ViewOptions } from './options/options.ts'
import { placeStitched } from './place-stitched.ts'
import type { ViewDefinition } from './placement.ts'
import { stitchedFlows } from './stitched.ts'

/** What a view is put together from: enough to tell of a single node. */
export interface ViewParts {
  readonly definition: ViewDefinition
  readonly options: ViewOptions
  readonly fragments: readonly Fragment[]
  /** Placed connections that were joined across reports, or have one end that nobody watches. */
  readonly stitched: readonly PlacedFlow[]
  /** The nodes of ends that nobody watches. */
  readonly outside: ReadonlyMap<string, NodeSummary>
  /** The connections it was made of, report by report; the same objects = the same view. */
  readonly madeFrom: readonly ReportFlows[]
  readonly context: RenderContext
}

interface Remembered {
  readonly of: readonly ReportFlows[]
  readonly byKey: Map<string, ViewParts>
}

// Bounds what reports that never change hold.
const MAX_PARTS = 64

// By the first report's flows, so that what is remembered goes with them.
const remembered = new WeakMap<ReportFlows, Remembered>()

/**
 * The parts of a view; made once for one set of reports.
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
