import type { WebSocket } from 'ws'
import { MAX_DATA_BYTES } from '../../channel/frames.ts'
import { MAX_NOTE_BYTES } from '../../channel/lanes.ts'
import { frameOf, jsonOfNote, noteFrameOf, parseFrame } from '../../pipe/frames.ts'
import { type AppNote, type ViewerNote, viewerNoteSchema } from '../../pipe/notes.ts'
import { ProtocolError } from './ledgers/protocol-error.ts'
import type { Pipe, Viewer } from './pipe.ts'
import { type SocketViewer, takeOver } from './socket-viewer.ts'

/** Where a viewer goes on, see the parameters of `GET /api/pipe/{id}`. */
export interface Place {
  readonly from?: number | undefined
  readonly viewer?: number | undefined
}

/** Joins a socket with a pipe in the format `lanes`. */
export const joinByLanes = (socket: WebSocket, pipe: Pipe, { from, viewer: number }: Place): SocketViewer => {
  let hasAll = false

  const send = (frame: Uint8Array): void => socket.send(frame)
  const tell = (note: AppNote): void => send(noteFrameOf(note))

  const viewer: Viewer = {
    flush: () => {
      if (hasAll || socket.readyState !== socket.OPEN) return
      // Not more than what is held, and so not acknowledged, waits in the socket.
      for (let chunk = takeOutput(); chunk !== undefined; chunk = takeOutput())
        send(frameOf(chunk.lane, chunk.bytes))
      const received = pipe.input.takeReceipt()
      if (received !== undefined) tell({ received })
      if (pipe.ended === undefined || !pipe.output.isAllSent) return
      hasAll = true
      tell({ ended: pipe.ended })
      socket.close(1000, 'the pipe has ended')
    },
    replaced: () => takeOver(socket),
  }
  const takeOutput = () => pipe.output.take(MAX_DATA_BYTES)

  const hello = pipe.attach(viewer, from, number)
  if (hello === undefined) viewer.replaced()
  else tell({ hello })
  pipe.moved()

  return {
    take: (data, isBinary) => {
      if (!pipe.isWatchedBy(viewer) || hasAll) return
      if (!isBinary) throw new ProtocolError('frames of a pipe are binary, with the lane in the first byte')
      const chunk = parseFrame(data)
      if (chunk?.lane === 'in') pipe.input.add(chunk.bytes)
      else if (chunk?.lane === 'note') takeNote(noteIn(chunk.bytes), pipe)
      else throw new ProtocolError('a viewer sends only the lanes 0 (input) and 3 (notes)')
      pipe.moved()
    },
    closed: (code) => pipe.detach(viewer, hasAll && code === 1000),
  }
}

const takeNote = (note: ViewerNote, pipe: Pipe): void => {
  if ('ack' in note) pipe.output.acknowledge(note.ack)
  else if ('resize' in note) pipe.resize(note.resize)
  else pipe.input.end()
}

const noteIn = (bytes: Uint8Array): ViewerNote => {
  if (bytes.length > MAX_NOTE_BYTES) throw new ProtocolError(`a note has at most ${MAX_NOTE_BYTES} bytes`)
  try {
    return viewerNoteSchema.parse(jsonOfNote(bytes))
  } catch (cause) {
    throw new ProtocolError(
      'a note of a viewer is {"ack":N}, {"resize":{"columns":N,"rows":N}} or {"endInput":true}',
      {
        cause,
      },
    )
  }
}
