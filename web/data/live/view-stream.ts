import { type Answer, socketUrlOf } from '../client.ts'
import { openStream, type Stream, type StreamEvents } from './stream.ts'

export type { StreamState } from './stream.ts'

/** An open stream of a view's frames. */
export type ViewStream = Stream

/** Streams a view. @param query options, and `q`, as a query string, or empty */
export function openViewStream(
  view: string,
  query: string,
  events: StreamEvents<Answer<'/api/topology/{view}/ws'>>,
): ViewStream {
  return openStream(socketUrlOf('/api/topology/{view}/ws', { path: { view }, options: query }), events)
}
