import type { ByteStream } from '../../../channel/stream.ts'
import type { Logger } from '../../../log/log.ts'
import type { BackoffOptions } from '../../../pacing/backoff.ts'
import type { ControlOutcome } from '../../controls/control.ts'
import { explainFailure } from './failure.ts'
import { createRetries, isPassing, RETRY_PAUSES } from './retries.ts'

/** Something that was opened in a container: a terminal, the lines of a log. */
export interface Opened {
  readonly tty: boolean
  /** Joins it with a stream until it ends or the stream is destroyed. Ends the stream. */
  join(stream: ByteStream): Promise<void>
  /**
   * Ends it, also while it is joined. Resolves when that is done. Called more than once, also after it has failed.
   *
   * @throws a `NotYetError` when it may be done later without anything happening to the container
   */
  end(): Promise<void>
}

/** All that is open at present. */
export interface Sessions {
  /** Keeps what was opened in a container until it has ended, and makes it the outcome of a control. */
  add(opened: Opened, containerId: string): ControlOutcome
  /** Tries again to end what could not be ended. @param containerId only what was opened in that container */
  endLeft(containerId?: string): Promise<void>
  /** Ends all that is open. */
  endAll(): Promise<void>
}

/** An attempt to end something. */
interface Ending {
  readonly containerId: string
  /** Something has happened to the container since it began, so that it may succeed when it is made once more. */
  hasChanged: boolean
  done: Promise<void>
}

/**
 * @param log told of what could not be ended
 * @param pauses before that is tried again, where no event of the container would tell when it may succeed
 */
export const createSessions = (log: Logger, pauses: BackoffOptions = RETRY_PAUSES): Sessions => {
  /** With the containers in which they are. */
  const open = new Map<Opened, string>()
  const left = new Map<Opened, string>()
  /** Those of what is left that may end later without any event. */
  const passing = new Set<Opened>()
  const ending = new Map<Opened, Ending>()
  const retries = createRetries(pauses, () => {
    for (const [opened, id] of left) if (passing.has(opened)) void end(opened, id)
  })

  const tryToEnd = async (opened: Opened, containerId: string): Promise<void> => {
    passing.delete(opened)
    try {
      await opened.end()
      if (left.delete(opened))
        log.info('what could not be ended in a container before has ended', { container: containerId })
    } catch (error) {
      const fields = { container: containerId, error }
      if (left.has(opened)) log.debug('what was opened in a container still cannot be ended', fields)
      else log.warn('what was opened in a container could not be ended; it is tried again', fields)
      left.set(opened, containerId)
      if (isPassing(error)) passing.add(opened)
    }
    if (passing.size > 0) retries.later()
    else retries.reset()
  }

  const end = (opened: Opened, containerId: string): Promise<void> => {
    const known = ending.get(opened)
    if (known) return known.done
    const work = async () => {
      do {
        now.hasChanged = false
        await tryToEnd(opened, containerId)
      } while (now.hasChanged && left.has(opened))
      ending.delete(opened)
      open.delete(opened)
    }
    const now: Ending = { containerId, hasChanged: false, done: Promise.resolve() }
    ending.set(opened, now)
    now.done = work()
    return now.done
  }

  return {
    add(opened, containerId) {
      open.set(opened, containerId)
      return {
        opened: {
          tty: opened.tty,
          async attach(stream) {
            try {
              await opened.join(stream)
            } catch (error) {
              log.debug('what was opened in a container broke off', { error })
              if (!stream.destroyed) stream.destroy(explainFailure('go on', error))
            } finally {
              await end(opened, containerId)
            }
          },
          abandon: () => void end(opened, containerId),
        },
      }
    },
    async endLeft(containerId) {
      const isThere = (id: string) => containerId === undefined || id === containerId
      for (const one of ending.values()) if (isThere(one.containerId)) one.hasChanged = true
      await Promise.all([...left].map(([opened, id]) => isThere(id) && end(opened, id)))
    },
    async endAll() {
      retries.stop()
      await Promise.all([...open].map(([opened, id]) => end(opened, id)))
    },
  }
}
