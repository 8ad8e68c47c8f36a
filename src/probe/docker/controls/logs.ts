import { RequestError } from '../../channel/methods.ts'
import type { DockerActions, LogOptions } from '../daemon/actions.ts'
import type { ContainerMessage } from '../daemon/messages.ts'
import { explainFailure } from './failure.ts'
import type { Opened } from './sessions.ts'
import { endStream, joinStreams } from './streams/join.ts'

/** Docker's word for a driver whose logs it cannot read back. */
const UNREADABLE = /does not support reading/

const explain = (error: unknown, driver: string): RequestError => {
  if (UNREADABLE.test((error as Error).message))
    return new RequestError(
      'not_supported',
      driver === 'none'
        ? 'this container keeps no logs: its log driver is "none"'
        : `Docker cannot read the logs of this container: its log driver "${driver}" sends them elsewhere`,
    )
  return explainFailure('read the logs', error)
}

/**
 * Opens the lines of a container's log. They end when all are read, or, when they are followed, with the container.
 *
 * @throws {RequestError} with Docker's reason in words
 */
export const openLogs = async (
  actions: Pick<DockerActions, 'logs'>,
  { Id, Config, HostConfig }: ContainerMessage,
  options: LogOptions,
  signal: AbortSignal,
): Promise<Opened> => {
  const ending = new AbortController()
  const giveUp = (): void => ending.abort()
  signal.addEventListener('abort', giveUp)
  try {
    const lines = await actions.logs(Id, options, ending.signal)
    // Whoever reads it later hears of its errors; until then nobody listens.
    lines.on('error', () => {})
    return {
      tty: false,
      async join(stream) {
        const ended = await joinStreams(stream, lines, !Config.Tty, {
          to: undefined,
          ended() {},
          async resize() {},
        })
        if (ended) endStream(stream, undefined)
      },
      async end() {
        lines.destroy()
        ending.abort()
      },
    }
  } catch (error) {
    throw explain(error, HostConfig.LogConfig?.Type ?? 'unknown')
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
