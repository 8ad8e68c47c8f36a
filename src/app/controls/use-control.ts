import type { Operations } from '../../api/operations/operations.ts'
import type { ControlAnswer } from '../../api/types.ts'
import { describeError } from '../../log/log.ts'
import { type FoundOffer, findOffer } from '../../topology/controls/find-offer.ts'
import type { HeldReport } from '../../topology/held-report.ts'
import type { Authentication } from '../access/authenticate.ts'
import type { AccessRules } from '../access/rules.ts'
import type { Subject } from '../access/subject.ts'
import { ChannelError } from '../channel/channel-error.ts'
import { ApiError } from '../http/api-error.ts'
import type { OperationHandler } from '../http/handlers.ts'
import { answerJson } from '../http/sending/json.ts'
import type { Pipes } from '../pipes/pipes.ts'
import { type WatchedSubjects, whyLost } from '../sign-in/watched-subjects.ts'
import { askProbe, type ControlChannels, type UseResult, waitMsFor } from './ask-probe.ts'
import { answerOfChannelError, answerOfMissing } from './control-errors.ts'
import { type ControlLimits, offerNow } from './offer-now.ts'
import { patientSocket } from './patient-socket.ts'
import { refuseUse } from './refuse-use.ts'
import { isResize, resizeControlOf, resizePipe } from './resize.ts'
import { targetOf } from './target.ts'
import type { UseLog } from './use-log.ts'

/** What {@link useControlHandler} needs. */
export interface UseControlOptions {
  /** The latest report of each probe. */
  readonly held: () => readonly HeldReport[]
  readonly rules: Pick<AccessRules, 'readOnly' | 'controls'>
  readonly channels: ControlChannels
  readonly pipes: Pick<Pipes, 'checkRoom' | 'hold' | 'resize'>
  readonly uses: Pick<UseLog, 'record'>
  readonly subjects: Pick<WatchedSubjects, 'mustHold' | 'watch'>
  readonly limits?: ControlLimits
}

/** Handler of `POST /api/control/{probeId}/{nodeId}/{control}`. */
export const useControlHandler = (options: UseControlOptions): OperationHandler<Operations['useControl']> => {
  const { held, rules, channels, pipes, uses, subjects, limits = {} } = options

  /** @throws {ApiError} when whoever asks may not use the control, or may open nothing more */
  const check = ({ subject }: Authentication, offer: FoundOffer): void => {
    subjects.mustHold(subject)
    const refused = refuseUse(subject, rules, offer)
    if (refused !== undefined) throw new ApiError(refused.status, refused.code, refused.message)
    if (offer.control.opens !== undefined) pipes.checkRoom(subject)
  }

  /** Gives what was opened a pipe. @returns its id; undefined when nothing was opened */
  const pipeFor = ({ opened }: UseResult, by: Authentication, offer: FoundOffer): string | undefined => {
    if (opened === undefined) return undefined
    const { probeId, node, control } = offer
    const about = { probeId, nodeId: node.id, label: targetOf(node).label, control: control.id }
    return pipes.hold({ ...opened, subject: by.subject, from: by.connection.from, about })
  }

  return async (c) => {
    const asked = c.req.valid('param')
    const { incarnation } = c.req.valid('query')
    const args = c.req.valid('json')
    const by = c.get('authentication')
    const { subject, connection } = by
    if (isResize(asked.control)) {
      resizePipe(pipes, subject, args)
      return answerJson(c, '{}')
    }
    const known = findOffer(held(), asked)
    if (typeof known === 'string') throw answerOfMissing(known, asked)

    const { control } = known
    const use = { who: subject.name, from: connection.from, control, node: targetOf(known.node) }
    const impatient = patientSocket(c.env.incoming.socket, waitMsFor(control))
    const lost = new AbortController()
    let unwatch = (): void => {}
    /** The order is sent right after that, and is called back when whoever gave it may do so no longer. */
    const begin = (): void => {
      subjects.mustHold(subject)
      unwatch = subjects.watch(subject, () => lost.abort())
    }
    try {
      const signal = AbortSignal.any([c.req.raw.signal, lost.signal])
      const offer = await offerNow(asked, { held, check: (found) => check(by, found), signal, limits })
      const asking = { offer, incarnation, args, person: subject.name, signal }
      const came = await askProbe(channels, { ...asking, check: begin })
      const pipe = pipeFor(came, by, offer)
      uses.record({ ...use, result: 'done' })
      return answerJson(c, JSON.stringify(answerOf(came, pipe, offer)))
    } catch (cause) {
      const failure = lost.signal.aborted ? calledBack(cause, subject) : cause
      const error = failure instanceof ChannelError ? answerOfChannelError(failure) : failure
      const isRefused = error instanceof ApiError && (error.status === 401 || error.status === 403)
      const reason = error instanceof ApiError ? error.message : describeError(error)
      uses.record({ ...use, result: isRefused ? 'refused' : 'failed', reason })
      throw error
    } finally {
      unwatch()
      impatient()
    }
  }
}

/** What an order failed with that was called back since whoever gave it is no longer what they were. */
const calledBack = (cause: unknown, subject: Subject): unknown =>
  cause instanceof ChannelError && cause.code === 'cancelled'
    ? new ChannelError(cause.code, `it was given up: ${whyLost(subject)}`)
    : cause

const answerOf = (
  { result, opened }: UseResult,
  pipe: string | undefined,
  { node, control }: FoundOffer,
): ControlAnswer => ({
  ...(result.message === undefined ? {} : { value: result.message }),
  ...(result.removedNode === node.id ? { removedNode: node.id } : {}),
  ...(pipe === undefined || opened === undefined ? {} : { pipe, raw_tty: opened.tty }),
  ...(opened?.tty === true ? resizeControlOf(control.kind) : {}),
})
