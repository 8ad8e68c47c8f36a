import { chooseView } from './grouping/grouped-definition.ts'
import type { HeldReport } from './held-report.ts'
import { defaultContext, type RenderContext } from './render-context.ts'
import { assemble } from './view/assembling/assemble.ts'
import { type ViewParts, viewParts } from './view/assembling/parts.ts'
import type { ViewOptions } from './view/options/options.ts'
import type { View } from './view/view.ts'

export { defaultContext, type RenderContext } from './render-context.ts'
export type { ViewParts } from './view/assembling/parts.ts'
export type { View } from './view/view.ts'

/** A view together with the parts it was made from. */
export interface Rendering extends ViewParts {
  readonly view: View
}

// The latest view for each view id and set of options. Weak, so that a view lives only as long as somebody uses it.
const latest = new Map<string, WeakRef<View>>()
const MANY_VIEWS = 256
const renderingOf = new WeakMap<View, { readonly parts: ViewParts; readonly rendering: Rendering }>()

/**
 * Renders a view: its nodes, and the connections between them.
 *
 * The same reports and options give the same object. After a new report, nodes and edges that are equal to those in
 * the latest view with these options stay the same objects, so a caller can find changes by identity. The cost
 * depends on what changed: fragments are made for new reports only, and connections across reports are stitched once
 * for all views.
 *
 * @param options may be partial: defaults apply
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 * @example
 * const view = renderView('containers', { system: 'all' }, held)
 * for (const edge of view.edges.values()) console.log(edge.source, edge.target, edge.open)
 */
export const renderView = (
  viewId: string,
  options: ViewOptions,
  held: readonly HeldReport[],
  context: RenderContext = defaultContext,
): View => renderWithParts(viewId, options, held, context).view

/** Like {@link renderView}, but also returns the parts that the view was made from. */
export const renderWithParts = (
  viewId: string,
  given: ViewOptions,
  held: readonly HeldReport[],
  context: RenderContext = defaultContext,
): Rendering => {
  const parts = partsOf(viewId, given, held, context)
  const key = keyOf(viewId, parts.options)
  const latestView = latest.get(key)?.deref()
  const earlier = latestView && renderingOf.get(latestView)
  if (earlier?.parts === parts) return earlier.rendering

  const view = assemble(parts, earlier?.rendering.view)
  const rendering = { ...parts, view }
  if (latest.size >= MANY_VIEWS) forgetUnused()
  latest.set(key, new WeakRef(view))
  renderingOf.set(view, { parts, rendering })
  return rendering
}

const forgetUnused = (): void => {
  for (const [key, view] of latest) if (view.deref() === undefined) latest.delete(key)
}

/**
 * The parts of a view, without assembling it: enough for questions about a single node.
 *
 * @param options may be partial: defaults apply
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const partsOf = (
  viewId: string,
  given: ViewOptions,
  held: readonly HeldReport[],
  context: RenderContext = defaultContext,
): ViewParts => {
  const { definition, options } = chooseView(viewId, given)
  return viewParts(definition, options, keyOf(viewId, options), held, context)
}

const keyOf = (viewId: string, options: ViewOptions): string =>
  JSON.stringify([viewId, ...Object.values(options)])
