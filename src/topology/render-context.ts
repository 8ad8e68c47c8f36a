import { defaultNamedServices, type IsNamedService, namedServices } from './named-services.ts'
import type { LabelFilter } from './view/options/label-filter.ts'

/** What the app is set to that views depend on, besides reports and options. */
export interface RenderContext {
  readonly isNamedService: IsNamedService
  /** Offered as choices of views of containers; they can be chosen without. */
  readonly labelFilters?: readonly LabelFilter[]
}

/** What holds unless the app is told otherwise. Pass one and the same object each time: what is made is remembered by it. */
export const defaultContext: RenderContext = { isNamedService: namedServices(defaultNamedServices) }
