import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A connection with a request being answered, and those pipelined behind it. */
interface Pipeline {
  readonly waiting: (() => void)[]
  /** Set when too many requests were pipelined: those waiting are answered, then the connection is closed. */
  isClosing: boolean
}

/** Real clients that pipeline at all have fewer requests waiting than this. */
const MAX_WAITING = 16

/** What {@link oneAtATime} makes. */
export interface OneAtATime {
  readonly listener: RequestListener
  /** Whether a request of this connection is being answered. */
  isAnswering(socket: Socket): boolean
}

/**
 * Handles the pipelined requests of a connection one after another. Responses are sent in order anyway, and this way a
 * client that sends many requests without reading costs no more than one response.
 */
export const oneAtATime = (listener: RequestListener): OneAtATime => {
  const pipelines = new WeakMap<Socket, Pipeline>()

  const next = (socket: Socket, pipeline: Pipeline): void => {
    const run = socket.destroyed ? undefined : pipeline.waiting.shift()
    if (run === undefined) {
      pipelines.delete(socket)
      if (pipeline.isClosing) socket.destroySoon()
    } else run()
  }

  const answer = (
    request: IncomingMessage,
    response: ServerResponse<IncomingMessage> & { req: IncomingMessage },
    pipeline: Pipeline,
  ): void => {
    response.once('close', () => next(request.socket, pipeline))
    if (pipeline.isClosing && pipeline.waiting.length === 0) response.setHeader('connection', 'close')
    listener(request, response)
  }

  const handle = (
    request: IncomingMessage,
    response: ServerResponse<IncomingMessage> & { req: IncomingMessage },
  ): void => {
    const { socket } = request
    const pipeline = pipelines.get(socket)
    if (pipeline === undefined) {
      const first: Pipeline = { waiting: [], isClosing: false }
      pipelines.set(socket, first)
      answer(request, response, first)
    } else if (pipeline.isClosing) {
      // Drops requests that had been received before reading was paused.
    } else if (pipeline.waiting.length < MAX_WAITING) {
      pipeline.waiting.push(() => answer(request, response, pipeline))
    } else {
      pipeline.isClosing = true
      socket.pause()
    }
  }

  return { listener: handle, isAnswering: (socket) => pipelines.has(socket) }
}
