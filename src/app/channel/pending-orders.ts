import { ProtocolError, StreamError } from '../../channel/errors.ts'
import type { ByteStream } from '../../channel/stream.ts'
import type { ChannelAnswer } from '../../report/channel.ts'
import { ChannelError } from './channel-error.ts'

/** Whether an order opens a stream. */
export type OrderType = 'request' | 'open'

/** What came of an order. */
export interface Answered {
  readonly result: unknown
  /** The stream that the order opened, if it opened one. */
  readonly stream?: ByteStream
}

interface Pending {
  readonly type: OrderType
  readonly answered: (answer: Answered) => void
  readonly failed: (error: ChannelError) => void
}

/** Why an order is given up, or the stream that it opened is closed. */
export const NOBODY_WAITS = 'nobody waits for the answer any more'

/** Orders given up whose answers have not come; a probe answers all orders, also late. */
const MAX_GIVEN_UP = 1024

/** The orders of one channel that have not been answered, by their numbers. */
export class PendingOrders {
  readonly #openStream: (id: number) => ByteStream
  readonly #pending = new Map<number, Pending>()
  readonly #givenUp = new Map<number, OrderType>()

  /** @param openStream called for an answer that opened a stream, before any frame of that is taken */
  constructor(openStream: (id: number) => ByteStream) {
    this.#openStream = openStream
  }

  /**
   * Waits for the answer of an order.
   *
   * @param signal gives it up when it aborts; its reason is thrown
   * @param gaveUp called then
   * @throws {ChannelError} of the answer, or of {@link failAll}
   */
  wait(number: number, type: OrderType, signal: AbortSignal, gaveUp: () => void): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#pending.delete(number)
        signal.removeEventListener('abort', giveUp)
      }
      const giveUp = (): void => {
        done()
        this.#remember(number, type)
        gaveUp()
        reject(signal.reason)
      }
      this.#pending.set(number, {
        type,
        answered: (answer) => {
          done()
          resolve(answer)
        },
        failed: (error) => {
          done()
          reject(error)
        },
      })
      signal.addEventListener('abort', giveUp)
    })
  }

  /**
   * Passes an answer on to whoever waits for it. If nobody does any more, the stream that it opened is closed.
   *
   * @throws {ProtocolError} when there is no such order, or it opened a stream that was not asked for
   */
  take(answer: ChannelAnswer): void {
    const { id } = answer
    const pending = this.#pending.get(id)
    const type = pending?.type ?? this.#givenUp.get(id)
    if (type === undefined) throw new ProtocolError(`an answer came to the order ${id}, which waits for none`)
    this.#givenUp.delete(id)
    if ('error' in answer) {
      pending?.failed(new ChannelError(answer.error.code, answer.error.message))
      return
    }
    const { result, opened } = answer
    if (opened && type !== 'open')
      throw new ProtocolError(`the order ${id} opened a stream, which it was not to do`)
    const stream = opened && this.#openStream(id)
    if (pending === undefined) stream?.destroy(new StreamError(NOBODY_WAITS))
    else pending.answered({ result, ...(stream && { stream }) })
  }

  /** No answers come any more. */
  failAll(error: ChannelError): void {
    for (const { failed } of [...this.#pending.values()]) failed(error)
  }

  #remember(number: number, type: OrderType): void {
    this.#givenUp.set(number, type)
    const [oldest] = this.#givenUp.keys()
    if (this.#givenUp.size > MAX_GIVEN_UP && oldest !== undefined) this.#givenUp.delete(oldest)
  }
}
