import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { VIEW_PROTOCOL } from '../../../src/view-stream/frame.ts'

/** Sockets of views; counts what they get. */
export interface Sockets {
  /** Bytes of messages so far, before the compression of the WebSocket itself. */
  bytes(): number
  close(): void
}

/** Opens a socket on each view. @throws Error when one is refused */
export const openSockets = async (url: string, views: readonly string[]): Promise<Sockets> => {
  let bytes = 0
  const sockets = await Promise.all(
    views.map(async (view) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/topology/${view}/ws`, VIEW_PROTOCOL)
      socket.on('message', (data: Buffer) => {
        bytes += data.length
      })
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      return socket
    }),
  )
  return {
    bytes: () => bytes,
    close() {
      for (const socket of sockets) socket.close()
    },
  }
}

/** How long answers took, milliseconds. */
export interface Answers {
  readonly firstByteMs: number[]
  readonly wholeMs: number[]
}

const PAUSE_MS = 500

/** Asks for a view again and again until a moment on the clock of `performance.now()`. */
export const readUntil = async (url: string, view: string, endMs: number): Promise<Answers> => {
  const answers: Answers = { firstByteMs: [], wholeMs: [] }
  do {
    const startedMs = performance.now()
    const response = await fetch(`${url}/api/topology/${view}`)
    answers.firstByteMs.push(performance.now() - startedMs)
    if (!response.ok) throw new Error(`GET of ${view} was answered by ${response.status}`)
    await response.arrayBuffer()
    answers.wholeMs.push(performance.now() - startedMs)
    await sleep(PAUSE_MS)
  } while (performance.now() < endMs)
  return answers
}
