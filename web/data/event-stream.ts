import { type Answer, socketUrlOf } from './client.ts'
import { openStream, type Stream, type StreamEvents } from './stream.ts'

/** Streams what happens. @param limit events that the first frame has, at most */
export function openEventStream(limit: number, events: StreamEvents<Answer<'/api/events/ws'>>): Stream {
  return openStream(socketUrlOf('/api/events/ws', { query: { limit } }), events)
}
