import { type Answer, socketUrlOf } from '../client.ts'
import { openStream, type Stream, type StreamEvents } from './stream.ts'

/** Streams what is not well. */
export function openFindingsStream(events: StreamEvents<Answer<'/api/findings/ws'>>): Stream {
  return openStream(socketUrlOf('/api/findings/ws', {}), events)
}
