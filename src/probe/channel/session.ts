import { finished } from 'node:stream/promises'
import { StreamError } from '../../channel/errors.ts'
import type { ByteStream } from '../../channel/stream.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { within } from '../../pacing/within.ts'
import type { ControlOutcome } from '../controls/control.ts'
import type { AuditedUse, OrderAudit } from './order-audit.ts'

/** What {@link holdSession} needs. */
export interface SessionOptions {
  readonly opened: Pick<NonNullable<ControlOutcome['opened']>, 'attach'>
  readonly stream: ByteStream
  readonly use: AuditedUse
  readonly audit: OrderAudit
  readonly log: Logger
  readonly monotonicMs?: () => number
  readonly graceMs?: number
}

/** Time that what was opened has to end once its stream is closed. */
const GRACE_MS = 10_000
const STUCK = 'it did not end when its stream was closed'

/**
 * Joins what a control has opened with its stream, and writes down when and how it ended. Never rejects.
 *
 * @returns resolves when it has ended and all its output has been sent
 */
export const holdSession = async (options: SessionOptions): Promise<void> => {
  const { opened, stream, use, audit, log, monotonicMs = () => performance.now() } = options
  const startedMs = monotonicMs()
  const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()))
  const stuck = async (): Promise<void> => {
    await closed
    await within(options.graceMs ?? GRACE_MS, attached, () => {
      throw new Error(STUCK)
    })
  }
  const attached = (async () => opened.attach(stream))()
  let failure: string | undefined
  try {
    await Promise.race([attached, stuck()])
  } catch (error) {
    // An end from outside is no failure, whatever the program made of it.
    if (!(stream.errored instanceof StreamError) || describeError(error) === STUCK)
      failure = describeError(error)
  }
  const outside = stream.errored instanceof StreamError ? stream.errored.message : undefined
  audit.ended(use, monotonicMs() - startedMs, { failure, remark: outside })
  if (failure !== undefined) log.warn('a terminal or log failed', { control: use.control, reason: failure })
  await closeStream(stream, failure)
}

/** Ends the output, and closes the stream when that has been sent. */
const closeStream = async (stream: ByteStream, failure: string | undefined): Promise<void> => {
  if (failure !== undefined) {
    stream.destroy(new StreamError(failure))
    return
  }
  stream.end()
  // It rejects when the stream was closed before, which is as good.
  await finished(stream, { readable: false }).catch(() => {})
  stream.destroy()
}
