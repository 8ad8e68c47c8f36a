import { describeError, type Logger } from '../../log/log.ts'
import { within } from '../../pacing/within.ts'
import { type ChannelAnswer, channelLimits } from '../../report/channel.ts'
import { fitsFrame } from '../../report/proof/frame-seal.ts'
import type { Order } from '../../report/proof/order.ts'
import type { ControlGuard } from '../controls/control-guard.ts'
import { type Methods, RequestError } from './methods.ts'
import type { OrderAudit } from './order-audit.ts'

/** What {@link createServer} needs. */
export interface ServeOptions {
  readonly methods: Methods
  /** Decides whether a control may be used. */
  readonly guard: ControlGuard
  readonly audit: OrderAudit
  /** Sends an answer to the app. */
  readonly send: (text: string) => void
  readonly log: Logger
  readonly timeoutMs?: number
}

const MAX_MESSAGE_LENGTH = 500

/**
 * Creates a server of orders, whose signatures and numbers have been checked. Here the probe decides whether it does what
 * it is told. It runs a few at a time, and rejects those above the limit as `busy`.
 */
export const createServer = (options: ServeOptions): ((order: Order) => void) => {
  const { methods, guard, audit, send, log, timeoutMs = channelLimits.requestTimeoutMs } = options
  let underWay = 0

  const run = async (order: Order): Promise<unknown> => {
    const method = methods.get(order.method)
    if (method === undefined)
      throw new RequestError('unknown_method', `this probe has no method ${order.method}`)
    if (underWay >= channelLimits.concurrentRequests)
      throw new RequestError('busy', `${underWay} orders are under way; try again`)
    const nodeId = method.kind === 'reading' ? undefined : method.nodeOf(order.params)
    const refusal = guard(method.kind, nodeId)
    if (refusal !== undefined) {
      audit.refused(order, nodeId, refusal)
      throw new RequestError('not_allowed', refusal)
    }
    underWay++
    try {
      const result = await within(timeoutMs, method.run(order.params), () => {
        throw new RequestError('timeout', `it took longer than ${timeoutMs} ms`)
      })
      if (method.kind !== 'reading') audit.done(order, nodeId)
      return result
    } catch (error) {
      if (method.kind !== 'reading') audit.failed(order, nodeId, describeError(error))
      throw error
    } finally {
      underWay--
    }
  }

  const answer = async (order: Order): Promise<void> => {
    const { number: id, method } = order
    try {
      const text = encode({ id, result: (await run(order)) ?? null })
      if (!fitsFrame(text)) throw new RequestError('too_large', 'the answer is too large; ask for less')
      send(text)
    } catch (error) {
      const known = error instanceof RequestError
      if (!known) log.error('an order of the app failed', { method, error })
      const message = describeError(error).slice(0, MAX_MESSAGE_LENGTH)
      send(encode({ id, error: { code: known ? error.code : 'failed', message } }))
    }
  }

  return (order) => {
    answer(order).catch((error: unknown) => log.error('an answer could not be sent to the app', { error }))
  }
}

const encode = (answer: ChannelAnswer): string => JSON.stringify(answer)
