import type { MiddlewareHandler } from 'hono'
import type { Action } from '../api/operations/entry/operation.ts'
import type { AppEnv } from './http/env.ts'

/** What {@link Onlookers} needs. */
export interface OnlookersOptions {
  /** Sockets that watch views or events. */
  readonly sockets: () => number
  /** A probe's nodes are removed after so much silence. */
  readonly windowMs: number
  /** Called when somebody begins to look. */
  readonly begun: () => void
  /** A monotonic clock. */
  readonly nowMs: () => number
}

/** What is answered from reports, or acts on what they tell. */
const LOOKING: ReadonlySet<Action> = new Set([
  'view:read',
  'connection:read',
  'event:read',
  'probe:read',
  'report:read',
  'control:use',
])
/** Whoever asked is taken to ask again within this time. */
const REMEMBERED_MS = 30_000
/** Numbers are no older than this while nobody looks, nor later than this where a probe cannot be told that somebody does. */
const LONGEST_REST_MS = 5000

/** Knows whether anybody looks at the map. */
export class Onlookers {
  readonly #options: OnlookersOptions
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(options: OnlookersOptions) {
    this.#options = options
  }

  /** Middleware of an operation, which notes who asks for it; none where asking is no looking. */
  of(action: Action): MiddlewareHandler<AppEnv>[] {
    if (!LOOKING.has(action)) return []
    return [
      async (_, next) => {
        const wasResting = this.restMs() !== undefined
        this.#lastMs = this.#options.nowMs()
        if (wasResting) this.#options.begun()
        await next()
      },
    ]
  }

  /**
   * How long probes may rest after a report while only numbers change: less than a third of the window, so that one that rests is not
   * taken for one that is silent. Undefined while somebody looks.
   */
  restMs(): number | undefined {
    const { sockets, windowMs, nowMs } = this.#options
    if (sockets() > 0 || nowMs() - this.#lastMs < REMEMBERED_MS) return undefined
    return Math.max(1, Math.min(LONGEST_REST_MS, Math.floor(windowMs / 3)))
  }
}
