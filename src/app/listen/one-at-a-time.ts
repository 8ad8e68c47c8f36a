import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A connection that asks for more while it is being answered. */
interface Pipeline {
  readonly waiting: (() => void)[]
  /** It asked for too much: what waits is answered, and then it is closed. */
  isClosing: boolean
}

/** What browsers, proxies and scripts pipeline is less than this, where they do it at all. */
const MAX_WAITING = 16

/**
 * Has the requests of a connection answered one after another, as their answers go out one after another anyway: what is asked
 * for and not read costs no more than one answer.
 */
export const oneAtATime = (listener: RequestListener): RequestListener => {
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

  return (request, response) => {
    const { socket } = request
    const pipeline = pipelines.get(socket)
    if (pipeline === undefined) {
      const first: Pipeline = { waiting: [], isClosing: false }
      pipelines.set(socket, first)
      answer(request, response, first)
    } else if (pipeline.isClosing) {
      // Of what had come already before reading was stopped.
    } else if (pipeline.waiting.length < MAX_WAITING) {
      pipeline.waiting.push(() => answer(request, response, pipeline))
    } else {
      pipeline.isClosing = true
      socket.pause()
    }
  }
}
