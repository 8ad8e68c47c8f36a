import { defaultNamedServices, type IsNamedService, namedServices } from './named-services.ts'

/** What the app is set to that views depend on, besides reports and options. */
export interface RenderContext {
  readonly isNamedService: IsNamedService
}

/** What holds unless the app is told otherwise. Pass one and the same object each time: what is made is remembered by it. */
export const defaultContext: RenderContext = { isNamedService: namedServices(defaultNamedServices) }
