import type { ByteStream } from '../../../channel/stream.ts'
import type { Logger } from '../../../log/log.ts'
import type { ControlOutcome } from '../../controls/control.ts'
import { explainFailure } from './failure.ts'

/** Something that was opened in a container: a terminal, the lines of a log. */
export interface Opened {
  readonly tty: boolean
  /** Joins it with a stream until it ends or the stream is destroyed. Ends the stream. */
  join(stream: ByteStream): Promise<void>
  /** Ends it, also while it is joined. Resolves when that is done. Called more than once. */
  end(): Promise<void>
}

/** All that is open at present. */
export interface Sessions {
  /** Keeps what was opened until it has ended, and makes it the outcome of a control. */
  add(opened: Opened): ControlOutcome
  /** Ends all of them. */
  endAll(): Promise<void>
}

/** @param log told of what could not be ended */
export const createSessions = (log: Logger): Sessions => {
  const open = new Set<Opened>()

  const end = async (opened: Opened): Promise<void> => {
    try {
      await opened.end()
    } catch (error) {
      log.warn('what was opened in a container could not be ended', { error })
    } finally {
      open.delete(opened)
    }
  }

  return {
    add(opened) {
      open.add(opened)
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
              await end(opened)
            }
          },
          abandon: () => void end(opened),
        },
      }
    },
    async endAll() {
      await Promise.all([...open].map(end))
    },
  }
}
