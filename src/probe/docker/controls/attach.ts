import { within } from '../../../pacing/within.ts'
import { RequestError } from '../../channel/methods.ts'
import type { DockerActions } from '../daemon/actions.ts'
import type { ContainerMessage } from '../daemon/messages.ts'
import { explainFailure } from './failure.ts'
import type { Opened } from './sessions.ts'
import { endStream, joinStreams } from './streams/join.ts'
import { createResizer } from './streams/resizer.ts'

/** The exit code of a container is known a moment after its output has ended; on a machine that is full, many seconds later. */
const EXIT_MS = 60_000
/** How long Docker may take to note that it is to tell the exit code. A proxy before it may hold that back until it is told. */
const NOTED_MS = 5000

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
  // Before it is joined: whoever is may end it at once, and Docker tells only of an end after it was asked.
  const noted = actions.nextExit(Id, gone.signal)
  const exit = noted
    .then((code) => code())
    .then(
      (code) => ({ code: code & 0xff }),
      () => undefined,
    )
  await within(
    NOTED_MS,
    noted.catch(() => {}),
    () => {},
  )
  const socket = await actions.attach(Id, OpenStdin, signal).catch((error: unknown) => {
    gone.abort()
    throw explainFailure('attach to the container', error)
  })
  // Whoever reads it later hears of its errors; until then nobody listens.
  socket.on('error', () => {})
  const resizer = createResizer((size) => actions.resize(Id, size, gone.signal))

  return {
    tty,
    async join(stream) {
      const ended = await joinStreams(stream, socket, !tty, {
        to: OpenStdin ? socket : undefined,
        ended() {
          // With a terminal, or when others may write to its input later, Docker would close the output as well.
          if (OpenStdin && StdinOnce && !tty) socket.end()
        },
        resize: tty ? resizer : async () => {},
      })
      if (!ended) return
      const late = setTimeout(() => gone.abort(), EXIT_MS)
      endStream(stream, await exit)
      clearTimeout(late)
    },
    async end() {
      gone.abort()
      socket.destroy()
    },
  }
}
