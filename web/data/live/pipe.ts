import { SESSION_ENDED_CODE } from '../../../src/api/credentials.ts'
import { createBackoff } from '../../../src/pacing/backoff.ts'
import { MAX_PAYLOAD_BYTES, TAKEN_OVER_CODE } from '../../../src/pipe/frames.ts'
import { PipeViewer, type TerminalSize } from '../../../src/pipe/viewer.ts'
import { endWords, goneWords } from '../../domain/pipe/end-words.ts'
import { settings } from '../../settings.ts'
import { ask, hadNoAnswer, RequestError, send, socketUrlOf } from '../client.ts'
import { tellRefused } from '../refusals.ts'
import { retry } from '../retry.ts'
import { openSocket } from './socket.ts'

/** So many times as long nothing may be received of what was typed once a new connection has not changed that. */
const DOUBTED_TIMES = 12

/** How a pipe is: `elsewhere` while another window shows it. `words` say how it ended. */
export type PipeState =
  | { readonly kind: 'connecting' | 'live' | 'reconnecting' | 'elsewhere' }
  | { readonly kind: 'ended'; readonly words: string }

/** Callbacks of a pipe. */
export interface PipeEvents {
  /**
   * Output came. Until enough of it is `done`, which means shown or put where it stays, the app sends no more, and the program
   * that makes the output waits.
   */
  output(lane: 'out' | 'err', bytes: Uint8Array, done: () => void): void
  /** So many bytes of output are not there any more: another window has shown them, and did not hand over what it showed. */
  lost(sizeBytes: number): void
  /** The app takes no more input, since whoever showed the pipe before has ended it. */
  inputEnded?(): void
  state(state: PipeState): void
}

/** A pipe that is shown in this page. */
export interface Pipe {
  /** Sends input. @returns false when it was refused as a whole: so much waits already, the input has ended, or another window shows the pipe */
  input(bytes: Uint8Array): boolean
  /** Tells that no more input comes. Of no effect while another window shows the pipe. */
  endInput(): void
  resize(size: TerminalSize): void
  /** Offset behind the output that is done, from which another window can go on. */
  position(): number
  /** Shows it again after it was shown elsewhere, and takes it from there. */
  takeBack(): void
  /** Leaves the pipe to another window, or to its end after a minute. */
  leave(): void
  /** Ends the pipe, and with it what runs at its other end. */
  end(): void
}

/** Most bytes of input that wait for the app to take them. */
export const MAX_WAITING_BYTES = 4 * 1024 * 1024

/**
 * Opens a pipe and keeps it open: after a loss it reconnects after pauses that grow, or at once when the network is back, and
 * goes on where it was, so that nothing is missing or comes twice in either direction.
 *
 * @param id of the pipe
 * @param from offset of the output to begin with; without it, with all that the app has
 */
export function openPipe(id: string, events: PipeEvents, from?: number): Pipe {
  const { reconnectFirstMs, reconnectMaxMs, tickMs, ticksWithoutWord } = settings.data
  const backoff = createBackoff({
    firstMs: reconnectFirstMs,
    longestMs: reconnectMaxMs,
    random: Math.random,
  })
  const viewer = new PipeViewer(from)
  let hasBegun = false
  let socket: WebSocket | undefined
  let timer = 0
  /** Counts the attempts to open; one that is not the newest came too late. */
  let attempt = 0
  let isOver = false
  let isReady = false
  let isElsewhere = false
  let isInputOver = false
  /** Counts ticks of this page since the app last gave a sign of life that was due. */
  let ticks = 0
  let isDoubted = false
  let lostAt: number | undefined

  const over = (state: PipeState) => {
    stop()
    isOver = true
    events.state(state)
  }

  const stop = () => {
    attempt += 1
    isReady = false
    viewer.disconnected()
    window.clearTimeout(timer)
    timer = 0
    const left = socket
    socket = undefined
    if (left) closeQuietly(left)
  }

  const flush = () => {
    if (!isReady) return
    for (const frame of viewer.frames()) socket?.send(frame)
  }

  const open = async () => {
    stop()
    const mine = attempt
    ticks = 0
    const url = socketUrlOf('/api/pipe/{id}', { path: { id } })
    url.search = viewer.query()
    try {
      const opened = await openSocket(url)
      if (mine === attempt) attach(opened, mine)
      else closeQuietly(opened)
    } catch {
      // The request for a ticket failed. When that was for want of a session, `openSocket` has told so.
      if (mine === attempt) await lost(mine)
    }
  }

  const lost = async (mine: number) => {
    stop()
    const waiting = mine + 1
    lostAt ??= performance.now()
    events.state({ kind: hasBegun ? 'reconnecting' : 'connecting' })
    const gone = await whyGone(id, performance.now() - lostAt)
    if (waiting !== attempt || isOver) return
    if (gone === undefined) timer = window.setTimeout(() => void open(), backoff.next())
    else over({ kind: 'ended', words: gone })
  }

  const attach = (opened: WebSocket, mine: number) => {
    socket = opened
    opened.binaryType = 'arraybuffer'
    opened.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      if (mine !== attempt) return
      ticks = 0
      try {
        take(new Uint8Array(data))
      } catch (error) {
        over({ kind: 'ended', words: error instanceof Error ? error.message : String(error) })
      }
    }
    opened.onclose = ({ code }) => {
      if (mine !== attempt) return
      if (code === TAKEN_OVER_CODE) {
        stop()
        isElsewhere = true
        events.state({ kind: 'elsewhere' })
        return
      }
      if (code === SESSION_ENDED_CODE) tellRefused()
      void lost(mine)
    }
  }

  const take = (frame: Uint8Array) => {
    const event = viewer.take(frame)
    if (event.kind === 'ended') return over({ kind: 'ended', words: endWords(event.ended) })
    if (event.kind === 'hello') {
      hasBegun = true
      isReady = true
      lostAt = undefined
      isDoubted &&= viewer.pendingInputBytes > 0
      backoff.reset()
      if (event.hello.inputEnded) {
        isInputOver = true
        events.inputEnded?.()
      }
      if (event.hello.lost !== undefined) events.lost(event.hello.lost)
      events.state({ kind: 'live' })
    }
    if (event.kind === 'received') isDoubted = false
    if (event.kind === 'output') {
      const sizeBytes = event.bytes.length
      events.output(event.lane, event.bytes, () => {
        viewer.consumed(sizeBytes)
        flush()
      })
    }
    flush()
  }

  // A network that fails without a word is noticed by what is typed: it is not received. A program that does not read looks
  // the same, so that after one new connection the next is made only much later, until something is received again.
  const clock = window.setInterval(() => {
    const due = isReady ? viewer.pendingInputBytes > 0 : socket !== undefined
    if (!due) {
      ticks = 0
      return
    }
    const limit = ticksWithoutWord[isReady ? 'live' : 'opening']
    if (++ticks < limit * (isReady && isDoubted ? DOUBTED_TIMES : 1)) return
    isDoubted = isReady
    void lost(attempt)
  }, tickMs)

  const retryNow = () => {
    if (!isOver && timer !== 0 && !document.hidden) void open()
  }
  const onOnline = () => {
    // A connection of before may be dead without anybody having noticed.
    if (!isOver && (timer !== 0 || isReady)) void open()
  }
  window.addEventListener('online', onOnline)
  document.addEventListener('visibilitychange', retryNow)

  const leave = () => {
    isOver = true
    stop()
    window.clearInterval(clock)
    window.removeEventListener('online', onOnline)
    document.removeEventListener('visibilitychange', retryNow)
  }

  events.state({ kind: 'connecting' })
  void open()
  return {
    input(bytes) {
      if (isOver || isElsewhere || isInputOver) return false
      if (viewer.pendingInputBytes + bytes.length > MAX_WAITING_BYTES) return false
      for (let at = 0; at < bytes.length; at += MAX_PAYLOAD_BYTES)
        viewer.input(bytes.subarray(at, at + MAX_PAYLOAD_BYTES))
      flush()
      return true
    },
    endInput() {
      if (isElsewhere) return
      isInputOver = true
      viewer.endInput()
      flush()
    },
    resize(size) {
      viewer.resize(size)
      flush()
    },
    position: () => viewer.position,
    takeBack() {
      if (isOver || !isElsewhere) return
      isElsewhere = false
      hasBegun = false
      viewer.takeBack()
      events.state({ kind: 'connecting' })
      void open()
    },
    leave,
    end() {
      const hasEnded = isOver
      leave()
      if (!hasEnded) void endPipe(id)
    },
  }
}

/**
 * Ends a pipe, and what runs at its other end, which is told again and again where no answer comes. After a minute the app does it by
 * itself, so a failure is not shown.
 */
export async function endPipe(id: string): Promise<void> {
  try {
    await retry(() => send('delete', '/api/pipe/{id}', { path: { id } }), {
      pausesMs: settings.data.pipePausesMs,
      isPassing: hadNoAnswer,
    })
  } catch {
    // See above.
  }
}

/**
 * Codes with which the app refuses who asks. A pipe belongs to the session that opened it, so without that nobody can reach it,
 * and a session that follows cannot either. What refuses without such a code may be something between the app and this page.
 */
const refusals: readonly (string | undefined)[] = ['unauthorized', 'sign_in', 'forbidden']

/** Why this page cannot have a pipe any more, in words; undefined when it can, or the app cannot be asked. */
async function whyGone(id: string, unseenMs: number): Promise<string | undefined> {
  try {
    await ask('/api/pipe/{id}/check', { path: { id } })
  } catch (error) {
    if (!(error instanceof RequestError)) return undefined
    if (refusals.includes(error.code)) return goneWords(0)
    if (error.status !== 404) return undefined
    return error.code === 'pipe_ended' ? endWords({ reason: error.message }) : goneWords(unseenMs)
  }
  return undefined
}

/** Closes a socket without the warning that browsers print for one that is closed before it is open. */
function closeQuietly(socket: WebSocket): void {
  if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close()
  else socket.close()
}
