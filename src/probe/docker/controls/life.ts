import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '../../../log/log.ts'
import { RequestError } from '../../channel/methods.ts'
import type { ControlOutcome, ControlUse } from '../../controls/control.ts'
import type { DockerActions, LifeAction } from '../daemon/actions.ts'
import type { ContainerMessage } from '../daemon/messages.ts'
import { containerControls } from './descriptions.ts'
import { explainFailure } from './failure.ts'
import { signalOf } from './signal-argument.ts'

/** What {@link changeLife} acts on, and by. */
export interface LifeContext {
  readonly actions: Pick<DockerActions, 'act'>
  readonly container: ContainerMessage
}

const DEFAULT_STOP_SECONDS = 10
/** Docker kills it then, and starts it anew when it restarts: a matter of a second, but of many on a busy machine. */
const STOP_MARGIN_MS = 25_000
/** With less than that, it is no wonder that Docker is not done. */
const LEAST_MARGIN_MS = 8000
/** How often a container is to be frozen before it is told that it could not be. */
const PAUSE_TRIES = 3
/** What a freezer of cgroup v1 answers, through runc, when some task was just starting or ending: a matter of chance. */
const NOT_FROZEN = /unable to freeze/
/** What is left of the control's time to answer that it takes longer. */
const ANSWER_MARGIN_MS = 2000

const words: Readonly<Record<LifeAction, string>> = {
  start: 'start the container',
  restart: 'restart the container',
  pause: 'pause the container',
  unpause: 'unpause the container',
  stop: 'stop the container',
  kill: 'kill the container',
  remove: 'remove the container',
}

/**
 * How long to wait until a container has been stopped: as long as Docker gives it to end by itself, within the time of the
 * control.
 *
 * @param stopSeconds the container's own limit; -1 = none
 * @returns milliseconds, and whether Docker is sure to be done by then
 */
export const patienceFor = (
  stopSeconds: number | undefined,
  controlMs: number,
): { ms: number; isEnough: boolean } => {
  const seconds = stopSeconds ?? DEFAULT_STOP_SECONDS
  const stopMs = seconds < 0 ? Number.POSITIVE_INFINITY : seconds * 1000
  const ms = Math.min(stopMs + STOP_MARGIN_MS, controlMs - ANSWER_MARGIN_MS)
  return { ms, isEnough: ms >= stopMs + LEAST_MARGIN_MS }
}

/** Stops or restarts, and answers before its time is over when the container may take longer. */
const patiently = async (
  { actions, container }: LifeContext,
  action: 'stop' | 'restart',
  signal: AbortSignal,
): Promise<ControlOutcome> => {
  const stopSeconds = container.Config.StopTimeout ?? undefined
  const { ms, isEnough } = patienceFor(stopSeconds, containerControls[action].timeoutMs)
  const giveUp = new AbortController()
  const done = actions.act(container.Id, action, AbortSignal.any([signal, giveUp.signal]))
  try {
    const late = sleep(ms, 'late' as const, { signal: giveUp.signal, ref: false })
    late.catch(() => {})
    const first = await Promise.race([done, late])
    if (first !== 'late') return {}
    if (isEnough)
      throw new RequestError('timeout', `Docker did not ${words[action]} within ${ms / 1000} s; it goes on`)
    const limit = (stopSeconds ?? 0) < 0 ? 'all the time it wants' : `${stopSeconds} s`
    return { message: `The container was told to end and has ${limit} for it; Docker goes on with it.` }
  } finally {
    done.catch(() => {})
    giveUp.abort()
  }
}

/** Pauses, and tries again when a task of the container could not be frozen at that moment. */
const pause = async ({ actions, container }: LifeContext, signal: AbortSignal): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      return await actions.act(container.Id, 'pause', signal)
    } catch (error) {
      if (tries === PAUSE_TRIES || signal.aborted || !NOT_FROZEN.test(describeError(error))) throw error
    }
  }
}

/**
 * Starts, stops, pauses, … a container.
 *
 * @throws {RequestError} with Docker's reason in words
 */
export const changeLife = async (
  context: LifeContext,
  action: LifeAction,
  { nodeId, args, signal }: ControlUse,
): Promise<ControlOutcome> => {
  const { actions, container } = context
  try {
    if (action === 'stop' || action === 'restart') return await patiently(context, action, signal)
    if (action === 'pause') {
      await pause(context, signal)
      return {}
    }
    await actions.act(
      container.Id,
      action,
      signal,
      action === 'kill' ? { signal: signalOf(args.signal) } : {},
    )
    return action === 'remove' ? { removedNode: nodeId } : {}
  } catch (error) {
    throw explainFailure(words[action], error)
  }
}
