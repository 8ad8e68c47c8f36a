import { setTimeout as sleep } from 'node:timers/promises'
import { inflateRawSync } from 'node:zlib'
import { type RawData, WebSocket } from 'ws'
import { VIEW_PROTOCOL, type ViewFrame } from '../../../src/view-stream/frame.ts'
import { beaconsIn, sharedMs } from './beacons.ts'

/** Sockets of views. */
export interface Sockets {
  /** Bytes of all messages so far, before the compression of the WebSocket itself. */
  bytes(): number
  /** Bytes of the frames of one socket of each view so far, before any compression. */
  plainBytes(): ReadonlyMap<string, number>
  /** When the beacon of a report was first seen in a frame of the containers (see `sharedMs`). */
  readonly seen: ReadonlyMap<number, number>
  close(): void
}

const OPEN_TRIES = 10
const OPEN_PAUSE_MS = 1000

/** Opens a socket; an app that is busy with the first reports of many hosts may be too late with its answer, and is asked again. */
const openSocket = async (
  url: string,
  onMessage: (data: RawData, isBinary: boolean) => void,
  tries = OPEN_TRIES,
): Promise<WebSocket> => {
  const socket = new WebSocket(url, VIEW_PROTOCOL)
  socket.on('message', onMessage)
  try {
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return socket
  } catch (error) {
    if (tries <= 1) throw error
    await sleep(OPEN_PAUSE_MS)
    return openSocket(url, onMessage, tries - 1)
  }
}

/** Opens a socket on each view. @throws Error when one is refused */
export const openSockets = async (url: string, views: readonly string[]): Promise<Sockets> => {
  let bytes = 0
  const plain = new Map<string, number>()
  const seen = new Map<number, number>()

  const look = (view: string, data: Buffer, isBinary: boolean): void => {
    const atMs = sharedMs()
    const frame = isBinary ? inflateRawSync(data) : data
    plain.set(view, (plain.get(view) ?? 0) + frame.length)
    if (view !== 'containers') return
    for (const beacon of beaconsIn(JSON.parse(frame.toString()) as ViewFrame))
      if (!seen.has(beacon)) seen.set(beacon, atMs)
  }

  const sockets = await Promise.all(
    views.map(async (view, index) => {
      const isFirst = views.indexOf(view) === index
      return openSocket(`${url.replace('http', 'ws')}/api/topology/${view}/ws`, (data, isBinary) => {
        const message = data as Buffer
        bytes += message.length
        // One is enough: all sockets of a view get the same.
        if (isFirst) look(view, message, isBinary)
      })
    }),
  )
  return {
    bytes: () => bytes,
    plainBytes: () => new Map(plain),
    seen,
    close() {
      for (const socket of sockets) socket.close()
    },
  }
}

/** How long answers took, milliseconds. */
export interface Answers {
  readonly firstByteMs: number[]
  readonly wholeMs: number[]
  /** How many said that there is no such node: its host had fallen silent, since its reports came late or not at all. */
  notFound: number
  /** How many were cut off, or never began. */
  cut: number
}

export const noAnswers = (): Answers => ({ firstByteMs: [], wholeMs: [], notFound: 0, cut: 0 })

/** An answer that takes longer, or is cut off, counts as one that took so long. */
const LONGEST_MS = 60_000
const PAUSE_MS = 500

/** Asks once, and adds what it took. @throws Error when the answer is neither 200 nor 404 */
export const ask = async (url: string, answers: Answers): Promise<void> => {
  const startedMs = performance.now()
  let [firstByteMs, wholeMs] = [LONGEST_MS, LONGEST_MS]
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LONGEST_MS) })
    firstByteMs = performance.now() - startedMs
    if (response.status === 404) answers.notFound++
    else if (!response.ok) throw new Error(`GET of ${url} was answered by ${response.status}`)
    await response.arrayBuffer()
    wholeMs = performance.now() - startedMs
  } catch (error) {
    // That is how `fetch` says that a connection ended.
    if (error instanceof TypeError) answers.cut++
    else if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error
  }
  answers.firstByteMs.push(firstByteMs)
  answers.wholeMs.push(wholeMs)
}

/** Does something again and again, with a pause, until a moment on the clock of `performance.now()`; at least once. */
export const repeatUntil = async (endMs: number, work: (round: number) => Promise<void>): Promise<void> => {
  let round = 0
  do {
    await work(round++)
    await sleep(PAUSE_MS)
  } while (performance.now() < endMs)
}
