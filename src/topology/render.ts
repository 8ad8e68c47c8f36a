import { flowsOf, type ReportFlows } from './connections/report-flows.ts'
import type { HeldReport } from './held-report.ts'
import { defaultContext, type RenderContext } from './render-context.ts'
import { assemble } from './view/assemble.ts'
import { viewOf } from './view/catalogue.ts'
import { type Fragment, fragmentOf, type PlacedFlow } from './view/fragment.ts'
import { inOrder } from './view/held-order.ts'
import { chooseOptions, type ViewOptions } from './view/options.ts'
import { placeStitched } from './view/place-stitched.ts'
import type { ViewDefinition } from './view/placement.ts'
import { stitchedFlows } from './view/stitched.ts'
import type { View } from './view/view.ts'

export { defaultContext, type RenderContext } from './render-context.ts'
export type { View } from './view/view.ts'

/** What a view was made of: its details are found there. */
export interface Rendering {
  readonly view: View
  readonly definition: ViewDefinition
  readonly options: ViewOptions
  readonly fragments: readonly Fragment[]
  /** Placed connections that were joined across reports, or have one end that nobody watches. */
  readonly stitched: readonly PlacedFlow[]
  /** The connections it was made of, report by report; the same objects = the same view. */
  readonly madeFrom: readonly ReportFlows[]
  readonly context: RenderContext
}

// One for each view and set of options, of which there are a few dozen. Held weakly: who shows a view keeps it.
const latest = new Map<string, WeakRef<View>>()
const renderingOf = new WeakMap<View, Rendering>()

/**
 * A view of the reports held, with the connections between its nodes.
 *
 * Of the same reports it is the same object; of others, all nodes and edges that say the same as in the latest view of
 * these options are the same objects. Costs what changed: the fragments of new reports and one stitch.
 *
 * @param options may be partial: defaults apply
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const renderView = (
  viewId: string,
  options: ViewOptions,
  held: readonly HeldReport[],
  context: RenderContext = defaultContext,
): View => renderWithParts(viewId, options, held, context).view

/** As `renderView`, with what the view was made of. */
export const renderWithParts = (
  viewId: string,
  given: ViewOptions,
  held: readonly HeldReport[],
  context: RenderContext = defaultContext,
): Rendering => {
  const definition = viewOf(viewId)
  const options = chooseOptions(definition.options, given)
  const key = [viewId, ...Object.values(options)].join(' ')
  const reports = inOrder(held)
  const madeFrom = reports.map(flowsOf)
  const latestView = latest.get(key)?.deref()
  const earlier = latestView && renderingOf.get(latestView)
  if (earlier && earlier.context === context && sameObjects(earlier.madeFrom, madeFrom)) return earlier

  const fragments = reports.map((report) => fragmentOf(report, definition, options, key))
  const indexes = fragments.map(({ index }) => index)
  const stitched = placeStitched(stitchedFlows(indexes, madeFrom), definition, fragments, context)
  const view = assemble(definition, options, fragments, stitched, earlier?.view)
  const rendering = { view, definition, options, fragments, stitched: stitched.flows, madeFrom, context }
  latest.set(key, new WeakRef(view))
  renderingOf.set(view, rendering)
  return rendering
}

const sameObjects = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i])
