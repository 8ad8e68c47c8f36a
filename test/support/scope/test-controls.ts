import { ChannelError } from '../../../src/app/channel/channel-error.ts'
import type { ByteStream } from '../../../src/channel/stream.ts'
import {
  CONTROL_METHOD,
  type ControlParams,
  type ControlResult,
  controlParamsSchema,
} from '../../../src/report/control/control.ts'
import type { Order } from '../../../src/report/proof/order.ts'
import { openTestChannel, type TestChannel, type TestChannelOptions } from './test-channel.ts'

/** A use of a control that has arrived at a test probe. */
export interface TestUse extends ControlParams {
  /** Who asks. */
  readonly person: string
  /** Aborted when the app has given up. */
  readonly signal: AbortSignal
}

/** What came of it. */
export type TestOutcome = Omit<ControlResult, 'opened'> & {
  readonly opened?: {
    readonly tty: boolean
    /** Called with the probe's end of the stream, once the app has been answered. */
    readonly attach: (stream: ByteStream) => void
  }
}

/** What a test probe does, by the id of the control. It answers a {@link ChannelError} that is thrown as the error that it is. */
export type TestControls = Readonly<Record<string, (use: TestUse) => TestOutcome | Promise<TestOutcome>>>

/** A test probe's channel, on which it carries out orders. */
export interface TestOperator {
  readonly channel: TestChannel
  /** Everything that was asked for so far. */
  readonly uses: readonly TestUse[]
  /** Whether a stream was asked for, of each use. */
  readonly opens: readonly boolean[]
  /** Breaks the connection. */
  close(): void
}

/**
 * Opens a channel as the real probe does, and carries out orders to use controls.
 *
 * @throws when the app refuses the channel
 */
export const serveControls = async (
  options: TestChannelOptions,
  controls: TestControls,
): Promise<TestOperator> => {
  const underWay = new Map<number, AbortController>()
  const uses: TestUse[] = []
  const opens: boolean[] = []

  const run = async (order: Order): Promise<TestOutcome> => {
    if (order.method !== CONTROL_METHOD) throw new ChannelError('unknown_method', order.method)
    const params = controlParamsSchema.parse(order.params)
    const giving = new AbortController()
    underWay.set(order.number, giving)
    const use: TestUse = { ...params, person: order.person, signal: giving.signal }
    uses.push(use)
    const control = controls[params.control]
    if (control === undefined) throw new ChannelError('unknown_control', 'the test probe has no such control')
    return control(use)
  }
  const carryOut = async (order: Order): Promise<void> => {
    const { number: id } = order
    try {
      const { opened, ...result } = await run(order)
      if (opened === undefined) return channel.answer({ id, result })
      channel.answer({ id, result: { ...result, opened: { tty: opened.tty } }, opened: true })
      opened.attach(channel.streams.open(id))
    } catch (error) {
      const { message } = error as Error
      channel.answer({ id, error: { code: error instanceof ChannelError ? error.code : 'failed', message } })
    } finally {
      underWay.delete(id)
    }
  }

  const opened = await openTestChannel({
    ...options,
    ordered: (order, isOpening) => {
      if (order.method === CONTROL_METHOD) opens.push(isOpening)
      void carryOut(order)
    },
    cancelled: (number) => underWay.get(number)?.abort(),
  })
  if ('status' in opened) throw new Error(`the app refuses the channel: ${opened.code}`)
  const channel = opened
  return { channel, uses, opens, close: () => channel.socket.terminate() }
}
