import type { ByteStream } from '../../channel/stream.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { Turns } from '../../pacing/turns.ts'
import { untilAborted } from '../../pacing/until-aborted.ts'
import { type ChannelAnswer, channelLimits } from '../../report/channel.ts'
import { CONTROL_METHOD, CONTROL_TIMEOUT_MS, type ControlResult } from '../../report/control/control.ts'
import { defaultLimits } from '../../report/limits.ts'
import { fitsFrame } from '../../report/proof/frame-seal.ts'
import type { Order } from '../../report/proof/order.ts'
import { type Methods, RequestError } from './methods.ts'
import { holdSession } from './session.ts'
import { allowUse, type ControlSurroundings, runControl } from './use-control.ts'

/** What {@link createServer} needs. */
export interface ServeOptions extends ControlSurroundings {
  readonly methods: Methods
  /** Sends an answer to the app. */
  readonly send: (json: string) => void
  /** Opens the stream that was announced by the answer of this number. */
  readonly openStream: (number: number) => ByteStream
  readonly log: Logger
  readonly readingTimeoutMs?: number
}

/** Carries out the orders of one channel. */
export interface OrderServer {
  /**
   * @param order its signature and number have been checked
   * @param opens whether a stream is asked for beside the answer
   * @param ageMs how long ago it was given at most. A control that would be done only when the app waits no more is not done
   */
  take(order: Order, opens: boolean, ageMs: number): void
  /**
   * Gives up an order that is under way. One that has just been answered is let be: the app did not know that yet.
   *
   * @param number of no stream that is open
   * @returns false when there was no order to give up
   */
  cancel(number: number, reason: string): boolean
  /** The channel has closed: gives up all that is under way. */
  close(reason: string): void
}

const MAX_MESSAGE_LENGTH = 500

const limited = (atOnce: number, what: string): Turns =>
  new Turns({ atOnce, refuse: () => new RequestError('busy', `${atOnce} ${what}; try again`) })

/**
 * Creates a server of orders. Here the probe decides whether it does what it is told. It does a limited number of things at a time,
 * and rejects those above the limit as `busy`.
 */
export const createServer = (options: ServeOptions): OrderServer => {
  const { methods, audit, openStream, log, readingTimeoutMs = channelLimits.readingTimeoutMs } = options
  const readings = limited(channelLimits.concurrentReadings, 'questions are being answered')
  const controls = limited(channelLimits.concurrentControls, 'controls are under way')
  const streams = limited(channelLimits.concurrentStreams, 'terminals and logs are open')
  const underWay = new Map<number, AbortController>()
  /** Orders that were answered and opened nothing: each may still be given up by a frame that has crossed the answer. */
  let answered = 0

  /** Runs what can be given up. @throws the reason why it was, or what `run` throws */
  const abortable = async <Result>(
    number: number,
    timeoutMs: number,
    run: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const controller = new AbortController()
    const timer = setTimeout(
      () => controller.abort(new RequestError('timeout', `it took longer than ${timeoutMs} ms`)),
      timeoutMs,
    )
    underWay.set(number, controller)
    try {
      return await run(controller.signal)
    } finally {
      clearTimeout(timer)
      underWay.delete(number)
    }
  }

  const read = async ({ number, method: name, params }: Order, opens: boolean): Promise<void> => {
    const method = methods.get(name)
    if (method === undefined) throw new RequestError('unknown_method', `this probe has no method ${name}`)
    if (opens) throw new RequestError('invalid_order', `${name} opens no stream`)
    const over = readings.take()
    try {
      const result = await abortable(number, readingTimeoutMs, (signal) =>
        untilAborted((async () => method(params, signal))(), signal),
      )
      answer({ id: number, result: result ?? null })
    } finally {
      over()
    }
  }

  const control = async (order: Order, opens: boolean, ageMs: number): Promise<void> => {
    const { number: id } = order
    const allowed = allowUse(order, opens, options)
    if (ageMs > channelLimits.answerGraceMs) {
      const reason = `the order came ${Math.round(ageMs / 1000)} s late, so it was not carried out`
      audit.refused(allowed.use, reason)
      throw new RequestError('timeout', reason)
    }
    const closed = opens ? streams.take() : () => {}
    try {
      const { opened, ...more } = await runInTurn(id, allowed)
      const result: ControlResult = { ...more, ...(opened && { opened: { tty: opened.tty } }) }
      if (result.message !== undefined) result.message = result.message.slice(0, defaultLimits.valueLength)
      answer({ id, result, ...(opened && { opened: true }) })
      if (opened) await holdSession({ opened, stream: openStream(id), use: allowed.use, audit, log })
    } finally {
      closed()
    }
  }

  const runInTurn = async (id: number, allowed: ReturnType<typeof allowUse>) => {
    const { timeoutMs = CONTROL_TIMEOUT_MS } = allowed.control
    const over = controls.take()
    try {
      return await abortable(id, timeoutMs, (signal) => runControl(allowed, signal, audit))
    } finally {
      over()
    }
  }

  /** @throws {RequestError} when it does not fit into a frame; nothing is sent then */
  const answer = (given: ChannelAnswer): void => {
    const json = JSON.stringify(given)
    if (!fitsFrame(json)) throw new RequestError('too_large', 'the answer is too large; ask for less')
    options.send(json)
  }

  const carryOut = async (order: Order, opens: boolean, ageMs: number): Promise<void> => {
    const { number: id, method } = order
    try {
      await (method === CONTROL_METHOD ? control(order, opens, ageMs) : read(order, opens))
    } catch (error) {
      const known = error instanceof RequestError
      if (!known) log.error('an order of the app failed', { method, error })
      const message = describeError(error).slice(0, MAX_MESSAGE_LENGTH)
      answer({ id, error: { code: known ? error.code : 'failed', message } })
    } finally {
      answered++
    }
  }

  return {
    take(order, opens, ageMs) {
      carryOut(order, opens, ageMs).catch((error: unknown) =>
        log.error('an answer could not be sent to the app', { error }),
      )
    },
    cancel(number, reason) {
      const controller = underWay.get(number)
      if (controller === undefined) {
        if (answered === 0) return false
        answered--
      }
      controller?.abort(new RequestError('cancelled', reason || 'it was given up'))
      return true
    },
    close(reason) {
      for (const controller of underWay.values()) controller.abort(new RequestError('cancelled', reason))
    },
  }
}
