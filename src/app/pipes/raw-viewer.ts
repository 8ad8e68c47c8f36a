import type { WebSocket } from 'ws'
import { wordsOfEnd } from '../../pipe/ended-words.ts'
import { closeReason } from '../../sockets/close-socket.ts'
import { sendTold } from '../../sockets/send-told.ts'
import type { Pipe, Viewer } from './pipe.ts'
import { type SocketViewer, takeOver } from './socket-viewer.ts'

/** Most bytes that wait in the socket; more output is taken from the probe when they are sent. */
const MAX_BUFFERED_BYTES = 64 * 1024
const MAX_FRAME_BYTES = 16 * 1024
/** With more input that the probe has not taken, the socket is not read. */
const MAX_WAITING_BYTES = 32 * 1024

/**
 * Joins a socket with a pipe in the format `raw`, that of Weave Scope: the app sends output, and what it is sent is input. How much is
 * under way is left to TCP, so what a lost connection had not delivered is lost.
 *
 * @param progressed called when the other end has taken output
 */
export const joinRaw = (socket: WebSocket, pipe: Pipe, progressed: () => void): SocketViewer => {
  let hasAll = false
  let sent = 0

  const viewer: Viewer = {
    flush: () => {
      if (!hasAll && pipe.input.size > MAX_WAITING_BYTES) socket.pause()
      else if (socket.isPaused) socket.resume()
      if (hasAll || socket.readyState !== socket.OPEN) return
      while (socket.bufferedAmount < MAX_BUFFERED_BYTES) {
        const chunk = pipe.output.take(MAX_FRAME_BYTES)
        if (chunk === undefined) break
        sent += chunk.bytes.length
        sendTold(socket, chunk.bytes, { binary: true }, wasSent(sent))
      }
      if (pipe.ended === undefined || !pipe.output.isAllSent) return
      hasAll = true
      // Nobody takes its input any more, behind which its answer comes.
      socket.resume()
      socket.close(1000, closeReason(wordsOfEnd(pipe.ended)))
    },
    replaced: () => takeOver(socket),
  }

  const wasSent = (offset: number) => (hasWaited: boolean) => {
    if (hasWaited) progressed()
    if (hasAll || socket.readyState !== socket.OPEN || !pipe.isWatchedBy(viewer)) return
    pipe.output.forget(offset)
    pipe.moved()
  }

  const hello = pipe.attach(viewer)
  if (hello === undefined) viewer.replaced()
  else sent = hello.from
  pipe.moved()

  return {
    take: (data) => {
      if (!pipe.isWatchedBy(viewer) || hasAll) return
      pipe.input.add(data)
      pipe.moved()
    },
    closed: (code) => pipe.detach(viewer, hasAll && code === 1000),
  }
}
