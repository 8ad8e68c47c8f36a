import type { MapEvent } from '../../api/types.ts'

/** An event before it gets an id and its place in the sequence of events. */
export interface EventDraft extends Omit<MapEvent, 'id' | 'at'> {
  /** When it happened: ms since 1970 on the app's clock. */
  readonly atMs: number
  /** Name of the host, for events about nodes that came, went or changed; undefined for other events. */
  readonly hostName?: string
  /** Set for what only an unverified probe tells of. */
  readonly unverified?: true
}
