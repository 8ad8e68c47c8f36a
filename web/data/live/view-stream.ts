import { ViewDecoder } from '../../../src/view-stream/decode.ts'
import { VIEW_PROTOCOL, type ViewFrame } from '../../../src/view-stream/frame.ts'
import { type Answer, socketUrlOf } from '../client.ts'
import { openStream, type Stream, type StreamEvents, type StreamFormat } from './stream.ts'

export type { StreamState } from './stream.ts'

/** An open stream of a view's frames. */
export type ViewStream = Stream

type ViewDiff = Answer<'/api/topology/{view}/ws'>

/** Streams a view. @param query options, and `q`, as a query string, or empty */
export function openViewStream(view: string, query: string, events: StreamEvents<ViewDiff>): ViewStream {
  return openStream(
    socketUrlOf('/api/topology/{view}/ws', { path: { view }, options: query }),
    events,
    viewFormat,
  )
}

/** Frames as an app of this version sends them, or those of one that was replaced by an older one meanwhile. */
export const viewFormat: StreamFormat<ViewDiff> = {
  protocol: VIEW_PROTOCOL,
  reader: (protocol) => {
    if (protocol !== VIEW_PROTOCOL) return async (data) => JSON.parse(await textOf(data)) as ViewDiff
    const decoder = new ViewDecoder()
    return async (data) => decoder.read(JSON.parse(await textOf(data)) as ViewFrame)
  },
}

/** The text of a frame. Large ones are compressed. */
async function textOf(data: string | ArrayBuffer): Promise<string> {
  if (typeof data === 'string') return data
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Response(stream).text()
}
