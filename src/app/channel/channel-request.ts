import type { ByteStream } from '../../channel/stream.ts'

/** The probe at the other end of a channel. */
export interface ChannelPeer {
  readonly probeId: string
  readonly epoch: string
  /** Number of the channel within the epoch. */
  readonly number: number
}

/** What a person asks of a probe. */
export interface ChannelRequest {
  /** Who asks, as the audit log names them. The probe gets the name with the order. */
  readonly person: string
  readonly method: string
  /** JSON. */
  readonly params: unknown
}

/** How an answer is waited for. */
export interface Patience {
  /** When it aborts, the probe is told to give up. */
  readonly signal?: AbortSignal | undefined
  /** By default 3 s for a reading, and 15 s for a control. */
  readonly timeoutMs?: number | undefined
  /** Called when the order has its turn, right before it is sent; what it throws keeps it from being sent. */
  readonly check?: (() => void) | undefined
}

/** An answer, and the stream that it opened. */
export interface Opened<Result> {
  readonly result: Result
  readonly stream: ByteStream
}
