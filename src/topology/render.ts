import type { HeldReport } from './held-report.ts'
import { Pipeline } from './pipeline/pipeline.ts'
import type { RenderContext } from './render-context.ts'
import type { ViewOptions } from './view/options/options.ts'
import type { View } from './view/view.ts'

export { defaultContext, type RenderContext } from './render-context.ts'
export type { View } from './view/view.ts'

/**
 * Renders a view from reports alone, by a {@link Pipeline} of its own. Whoever renders more than once keeps a pipeline
 * instead.
 *
 * @param options may be partial: defaults apply
 * @throws OptionError when an option is given a value it does not have
 * @throws RangeError when there is no such view
 */
export const renderView = (
  viewId: string,
  options: ViewOptions,
  held: readonly HeldReport[],
  context?: RenderContext,
): View => new Pipeline(context).view(viewId, options, held)
