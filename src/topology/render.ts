import { chooseView } from './grouping/grouped-definition.ts'
import type { HeldReport } from './held-report.ts'
import { defaultContext, type RenderContext } from './render-context.ts'
import { assemble } from './view/assemble.ts'
import type { ViewOptions } from './view/options/options.ts'
import { type ViewParts, viewParts } from './view/parts.ts'
import type { View } from './view/view.ts'

export { defaultContext, type RenderContext } from './render-context.ts'
export type { ViewParts } from './view/parts.ts'
export type { View } from './view/view.ts'

/** A view, and what it was made of. */
export interface Rendering extends ViewParts {
  readonly view: View
}

// One for each view and set of options. Held weakly: who shows a view keeps it.
const latest = new Map<string, WeakRef<View>>()
const MANY_VIEWS = 256
const renderingOf = new WeakMap<View, { readonly parts: ViewParts; readonly rendering: Rendering }>()

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
 * What a view is made of, without putting it together: for questions about a single node.
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
