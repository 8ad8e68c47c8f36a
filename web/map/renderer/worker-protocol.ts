import type { MapCommand, MapNews, Style } from './protocol.ts'

/** The first message to the map's worker, once that is ready. */
export interface Start {
  readonly kind: 'start'
  /** The canvas of the map, which is handed over. */
  readonly canvas: OffscreenCanvas
  /** See `createClock`. */
  readonly originMs: number
  readonly style: Style
}

/** What the page sends to the map's worker. */
export type ToWorker = Start | MapCommand

/** The first message from the map's worker. */
export interface Ready {
  readonly kind: 'ready'
  /** Whether a worker of this browser has what drawing takes. */
  readonly able: boolean
}

/** What the map's worker sends to the page. */
export type FromWorker = Ready | MapNews
