import { defaultNamedServices, type IsNamedService, namedServices } from './named-services.ts'
import type { LabelFilter } from './view/options/label-filter.ts'

/** App settings that views depend on, besides reports and options. */
export interface RenderContext {
  readonly isNamedService: IsNamedService
  /** Label filters that are offered as options of container views. A query may use other label filters, too. */
  readonly labelFilters?: readonly LabelFilter[]
  /** URL of graphs of metrics elsewhere, with `:query` where the PromQL expression belongs. */
  readonly metricsGraph?: string
}

/** The default context. */
export const defaultContext: RenderContext = { isNamedService: namedServices(defaultNamedServices) }
