import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ByteStream, Exit } from '../../../channel/stream.ts'
import { within } from '../../../pacing/within.ts'
import type { DockerActions } from '../daemon/actions.ts'

/** The exit code of a container is known a moment after its output has ended; on a machine that is full, many seconds later. */
const EXIT_MS = 60_000
/** How long Docker may take to note that it is to tell the exit code. A proxy before it may hold that back until it is told. */
const NOTED_MS = 5000
/** How long nothing has come of an output that does not end by itself when its container has ended. */
const SILENT_MS = 3000
const LOOK_MS = 500
/** How often it is asked whether a container has ended whose output has: Podman may never tell, nor an engine that could not wait. */
const ASK_MS = 1000
/** How long it is asked when nobody tells any more: the container may run on without output, or the engine be gone. */
const UNTOLD_MS = 5000
const REQUEST_MS = 10_000

/** Tells how a container ends that somebody is attached to. */
export interface ContainerExit {
  /**
   * Ends an output that does not end itself: Docker also joins those who come when the container has just ended, and has them
   * wait for its next start.
   *
   * @param stream takes the output; what it has not taken yet is not lost
   * @returns stops that
   */
  endOutput(output: Socket, stream: ByteStream): () => void
  /**
   * Waits for the end of the container, when its output has ended.
   *
   * @returns undefined when that is not known within a minute, or within seconds where the engine does not tell it
   */
  told(): Promise<Exit | undefined>
  /** Waits no longer. */
  stop(): void
}

const exitOf = (code: number): Exit => ({ code: code & 0xff })

/** Resolves when nothing has come for a while, and all that came before has been taken. */
const silenceOf = async (output: Socket, stream: ByteStream, signal: AbortSignal): Promise<void> => {
  let read = -1
  for (let silentMs = 0; silentMs < SILENT_MS; silentMs += LOOK_MS) {
    await sleep(LOOK_MS, undefined, { signal })
    if (output.bytesRead !== read || output.readableLength > 0 || stream.writableLength > 0)
      silentMs = -LOOK_MS
    read = output.bytesRead
  }
}

/**
 * Begins to wait for the end of a container. To be called before somebody is attached, who may end it at once: Docker tells only of
 * an end after it was asked.
 */
export const awaitExit = async (
  actions: Pick<DockerActions, 'nextExit' | 'containerState'>,
  id: string,
): Promise<ContainerExit> => {
  const over = new AbortController()
  const { signal } = over
  let known: Exit | undefined
  const begin = () => {
    known = undefined
    const noted = actions.nextExit(id, signal)
    const exit = noted
      .then((code) => code())
      .then(
        (code) => {
          known ??= exitOf(code)
          return known
        },
        () => undefined,
      )
    return { noted, exit }
  }
  let wait = begin()
  await within(
    NOTED_MS,
    wait.noted.catch(() => {}),
    () => {},
  )

  /** @returns whether it runs; undefined when that is not known */
  const look = async (): Promise<boolean | undefined> => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)])
    try {
      const state = await actions.containerState(id, limited)
      // Podman has -1 where it did not find the code.
      if (state?.Running === false && state.ExitCode >= 0) known ??= exitOf(state.ExitCode)
      return state?.Running ?? false
    } catch {
      return undefined
    }
  }

  return {
    endOutput(output, stream) {
      const ended = new AbortController()
      const watch = async (): Promise<void> => {
        for (;;) {
          await silenceOf(output, stream, ended.signal)
          const isTold = known !== undefined
          const runs = await look()
          if (ended.signal.aborted) return
          if (runs === false) return void output.push(null)
          if (runs === undefined) continue
          // That was told of an earlier run.
          if (isTold) wait = begin()
          if ((await wait.exit) === undefined) return
        }
      }
      // What rejects is its signal.
      watch().catch(() => {})
      return () => ended.abort()
    },
    async told() {
      let until = performance.now() + EXIT_MS
      const told = wait.exit.then((exit) => {
        if (exit !== undefined) return
        until = Math.min(until, performance.now() + UNTOLD_MS)
        return new Promise<undefined>(() => {})
      })
      while (known === undefined && !signal.aborted && performance.now() < until) {
        if ((await within(ASK_MS, told, look)) === false) break
      }
      over.abort()
      return known
    },
    stop: () => over.abort(),
  }
}
