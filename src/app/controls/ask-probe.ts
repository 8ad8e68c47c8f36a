import type { ByteStream } from '../../channel/stream.ts'
import { channelLimits } from '../../report/channel.ts'
import {
  CONTROL_METHOD,
  CONTROL_TIMEOUT_MS,
  type ControlArguments,
  type ControlDescription,
  type ControlParams,
  type ControlResult,
  controlResultSchema,
} from '../../report/control/control.ts'
import type { FoundOffer } from '../../topology/controls/find-offer.ts'
import { ChannelError } from '../channel/channel-error.ts'
import type { ChannelRequest } from '../channel/channel-request.ts'
import type { ProbeChannels } from '../channel/probe-channels.ts'

/** The channels to probes, as far as controls need them. */
export type ControlChannels = Pick<ProbeChannels, 'ask' | 'open'>

/** A use of a control that is asked of a probe. */
export interface AskedUse {
  readonly offer: FoundOffer
  /** The incarnation of the node that whoever asks was shown, as they say. */
  readonly incarnation?: string | undefined
  readonly args: ControlArguments
  /** Who asks, as the audit log names them. */
  readonly person: string
  /** Aborted when whoever asks has given up. */
  readonly signal: AbortSignal
  /** @throws right before the probe is asked, when whoever asks may no longer */
  readonly check: () => void
}

/** What came of it. */
export interface UseResult {
  readonly result: ControlResult
  /** Present when the control opens something. */
  readonly opened?: { readonly stream: ByteStream; readonly tty: boolean }
}

/**
 * How long the app waits for the probe's answer to a use of a control, in ms: the probe gives up at the time limit of the control,
 * and its answer has a while longer to arrive.
 */
export const waitMsFor = ({ timeoutMs = CONTROL_TIMEOUT_MS }: ControlDescription): number =>
  timeoutMs + channelLimits.answerGraceMs

/**
 * Has a probe use a control.
 *
 * @throws {ChannelError} when it did not, or it is not known whether it did
 */
export const askProbe = async (
  channels: ControlChannels,
  { offer, incarnation, args, person, signal, check }: AskedUse,
): Promise<UseResult> => {
  const { control, node } = offer
  const params: ControlParams = {
    control: control.id,
    nodeId: node.id,
    ...(incarnation === undefined ? {} : { incarnation }),
    args,
  }
  const request: ChannelRequest = { person, method: CONTROL_METHOD, params }
  const patience = { signal, timeoutMs: waitMsFor(control), check }
  if (control.opens === undefined)
    return { result: await channels.ask(offer, request, controlResultSchema, patience) }
  const { result, stream } = await channels.open(offer, request, controlResultSchema, patience)
  const giveUp = (error: ChannelError): never => {
    stream.destroy(error)
    throw error
  }
  if (signal.aborted) return giveUp(new ChannelError('cancelled', 'whoever asked for it has gone'))
  if (result.opened === undefined)
    return giveUp(new ChannelError('bad_answer', 'the probe does not say what it has opened'))
  return { result, opened: { stream, tty: result.opened.tty } }
}
