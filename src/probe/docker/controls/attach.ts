import { RequestError } from '../../channel/methods.ts'
import type { DockerActions } from '../daemon/actions.ts'
import type { ContainerMessage } from '../daemon/messages.ts'
import { awaitExit } from './container-exit.ts'
import { explainFailure } from './failure.ts'
import type { Opened } from './sessions.ts'
import { endStream, joinStreams } from './streams/join.ts'
import { createResizer } from './streams/resizer.ts'

/**
 * Joins the main process of a running container. Letting go of it does not end it.
 *
 * @throws {RequestError} with Docker's reason in words
 */
export const openAttach = async (
  actions: DockerActions,
  { Id, Config, State }: ContainerMessage,
  signal: AbortSignal,
): Promise<Opened> => {
  // Docker would wait for its next start.
  if (!State.Running) throw new RequestError('conflict', 'the container does not run')
  const { Tty: tty, OpenStdin, StdinOnce } = Config
  const gone = new AbortController()
  const exit = await awaitExit(actions, Id)
  const socket = await actions.attach(Id, OpenStdin, signal).catch((error: unknown) => {
    exit.stop()
    throw explainFailure('attach to the container', error)
  })
  // Whoever reads it later hears of its errors; until then nobody listens.
  socket.on('error', () => {})
  const resizer = createResizer((size) => actions.resize(Id, size, gone.signal))

  return {
    tty,
    async join(stream) {
      stream.once('close', exit.stop)
      const stopEnding = exit.endOutput(socket, stream)
      const ended = await joinStreams(stream, socket, !tty, {
        to: OpenStdin ? socket : undefined,
        ended() {
          // With a terminal, or when others may write to its input later, Docker would close the output as well.
          if (OpenStdin && StdinOnce && !tty) socket.end()
        },
        resize: tty ? resizer : async () => {},
      }).finally(stopEnding)
      if (ended) endStream(stream, await exit.told())
    },
    async end() {
      gone.abort()
      exit.stop()
      socket.destroy()
    },
  }
}
