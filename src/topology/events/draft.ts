import type { MapEvent } from '../../api/types.ts'

/** Something that happened, before it has its place in the order of events. */
export interface EventDraft extends Omit<MapEvent, 'id' | 'at'> {
  /** When, on the app's clock. */
  readonly atMs: number
  /** Where nodes came or went: the name of the host. */
  readonly hostName?: string
}
