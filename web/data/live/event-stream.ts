import { type Answer, socketUrlOf } from '../client.ts'
import { openStream, type Stream, type StreamEvents } from './stream.ts'

/** Streams events of the map. @param limit the most events that the first frame has */
export function openEventStream(limit: number, events: StreamEvents<Answer<'/api/events/ws'>>): Stream {
  return openStream(socketUrlOf('/api/events/ws', { query: { limit } }), events)
}
