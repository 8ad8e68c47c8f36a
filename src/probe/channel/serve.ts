import { describeError, type Logger } from '../../log/log.ts'
import { within } from '../../pacing/within.ts'
import {
  type ChannelAnswer,
  type ChannelRequest,
  channelLimits,
  requestSchema,
} from '../../report/channel.ts'
import { fitsFrame } from '../../report/proof/frame-seal.ts'
import { type Handlers, RequestError } from './handlers.ts'

/** What {@link createServer} needs. */
export interface ServeOptions {
  readonly handlers: Handlers
  /** Sends an answer to the app. */
  readonly send: (text: string) => void
  readonly log: Logger
  readonly timeoutMs?: number
}

const MAX_MESSAGE_LENGTH = 500

/**
 * Creates a server of requests. It runs a few at a time, and rejects those above the limit as `busy`.
 *
 * @returns a function that takes the text of a frame; it throws an Error when the text is not a valid request
 */
export const createServer = (options: ServeOptions): ((text: string) => void) => {
  const { handlers, send, log, timeoutMs = channelLimits.requestTimeoutMs } = options
  let underWay = 0

  const run = async ({ method, params }: ChannelRequest): Promise<unknown> => {
    const handler = handlers.get(method)
    if (handler === undefined) throw new RequestError('unknown_method', `this probe has no method ${method}`)
    if (underWay >= channelLimits.concurrentRequests)
      throw new RequestError('busy', `${underWay} requests are under way; ask again`)
    underWay++
    try {
      return await within(timeoutMs, handler(params), () => {
        throw new RequestError('timeout', `it took longer than ${timeoutMs} ms`)
      })
    } finally {
      underWay--
    }
  }

  const answer = async (request: ChannelRequest): Promise<void> => {
    const { id, method } = request
    try {
      const text = encode({ id, result: (await run(request)) ?? null })
      if (!fitsFrame(text)) throw new RequestError('too_large', 'the answer is too large; ask for less')
      send(text)
    } catch (error) {
      const known = error instanceof RequestError
      if (!known) log.error('a request of the app failed', { method, error })
      const message = describeError(error).slice(0, MAX_MESSAGE_LENGTH)
      send(encode({ id, error: { code: known ? error.code : 'failed', message } }))
    }
  }

  return (text) => {
    answer(requestSchema.parse(JSON.parse(text))).catch((error: unknown) =>
      log.error('an answer could not be sent to the app', { error }),
    )
  }
}

const encode = (answer: ChannelAnswer): string => JSON.stringify(answer)
