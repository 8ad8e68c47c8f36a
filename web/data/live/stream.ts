import { SESSION_ENDED_CODE } from '../../../src/api/credentials.ts'
import { createBackoff } from '../../../src/pacing/backoff.ts'
import { settings } from '../../settings.ts'
import { tellRefused } from '../refusals.ts'
import { openSocket } from './socket.ts'

/**
 * State of a stream: `live` while frames arrive, `reconnecting` after the connection was closed, `stale` after nothing
 * was received for so long that the connection is taken to be dead although it was not closed.
 */
export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'stale'

/** Callbacks of a stream. */
export interface StreamEvents<Frame> {
  /** The first frame after each opening holds everything: its `reset` is set. */
  frame(frame: Frame): void
  state(state: StreamState): void
}

/** How the frames of a stream come. */
export interface StreamFormat<Frame> {
  /** Subprotocol that is asked for. */
  readonly protocol: string
  /**
   * Makes what reads the messages of one connection, in their order.
   *
   * @param protocol the one that the app speaks: `protocol`, or another
   * @returns throws when a message does not follow the one before; then the connection is given up
   */
  readonly reader: (protocol: string) => (data: string | ArrayBuffer) => Frame | Promise<Frame>
}

/** An open stream of frames. */
export interface Stream {
  close(): void
}

/**
 * Opens a stream and keeps it open: after a loss it reconnects after pauses that grow, or at once when the network is
 * back or the page becomes visible. The app sends a frame every few seconds even when nothing changed; when frames stay
 * away for too long, the connection is given up. Where the first frame took long, another that holds everything does, too, and
 * nothing is heard meanwhile.
 */
export function openStream<Frame extends { readonly reset?: true }>(
  url: URL,
  events: StreamEvents<Frame>,
  format?: StreamFormat<Frame>,
): Stream {
  const {
    reconnectFirstMs,
    reconnectMaxMs,
    tickMs,
    // For how long it waits for the connection to open, for the first frame, and for the next frame.
    ticksWithoutWord: { opening, greeting, live },
  } = settings.data
  const backoff = createBackoff({
    firstMs: reconnectFirstMs,
    longestMs: reconnectMaxMs,
    random: Math.random,
  })
  let socket: WebSocket | undefined
  let timer = 0
  let ticks = 0
  /** After how many ticks without a word the connection is given up. */
  let patience: number = opening
  /** Counts the attempts to open; one that is not the newest came too late. */
  let attempt = 0
  let closed = false

  const heard = (ticksToWait: number) => {
    patience = ticksToWait
    ticks = 0
  }

  const lost = (state: StreamState) => {
    socket = undefined
    events.state(state)
    timer = window.setTimeout(() => void open(), backoff.next())
  }

  const open = async () => {
    timer = 0
    attempt += 1
    const mine = attempt
    heard(opening)
    try {
      const opened = await openSocket(url, format?.protocol)
      if (mine === attempt) attach(opened)
      else closeQuietly(opened)
    } catch {
      // The request for a ticket failed. When that was for want of a session, `openSocket` has told so.
      if (mine === attempt) lost('reconnecting')
    }
  }

  const attach = (opened: WebSocket) => {
    socket = opened
    opened.binaryType = 'arraybuffer'
    let first = true
    let read = parse<Frame>
    let taken = Promise.resolve()

    const take = async (data: string | ArrayBuffer) => {
      const frame = await read(data)
      if (opened !== socket) return
      backoff.reset()
      if (first) events.state('live')
      events.frame(first ? { ...frame, reset: true } : frame)
      first = false
    }
    const unreadable = (error: unknown) => {
      if (opened !== socket) return
      console.warn('a frame cannot be read', error)
      lost('reconnecting')
      opened.close()
    }

    opened.onopen = () => {
      if (opened !== socket) return
      if (format) read = format.reader(opened.protocol)
      heard(greeting)
    }
    opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (opened !== socket) return
      // Only until the first frame it waits as long as `greeting`.
      heard(patience < greeting ? patience : Math.max(live, Math.min(2 * ticks, greeting - 1)))
      taken = taken.then(() => take(data)).catch(unreadable)
    }
    opened.onclose = ({ code }) => {
      if (opened !== socket) return
      lost('reconnecting')
      if (code === SESSION_ENDED_CODE) tellRefused()
    }
  }

  // Counts ticks of this page instead of elapsed time: while the browser has frozen the page, it receives no frames
  // either.
  const clock = window.setInterval(() => {
    const silent = socket
    if (!silent || ++ticks < patience) return
    lost('stale')
    silent.close()
  }, tickMs)

  const retryNow = () => {
    if (closed || timer === 0 || document.hidden) return
    window.clearTimeout(timer)
    void open()
  }

  window.addEventListener('online', retryNow)
  document.addEventListener('visibilitychange', retryNow)
  events.state('connecting')
  void open()

  return {
    close() {
      closed = true
      attempt += 1
      window.clearTimeout(timer)
      window.clearInterval(clock)
      window.removeEventListener('online', retryNow)
      document.removeEventListener('visibilitychange', retryNow)
      if (socket) closeQuietly(socket)
      socket = undefined
    },
  }
}

function parse<Frame>(data: string | ArrayBuffer): Frame | Promise<Frame> {
  return JSON.parse(String(data)) as Frame
}

/** Closes a socket without the warning that browsers print for one that is closed before it is open. */
function closeQuietly(socket: WebSocket): void {
  if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close()
  else socket.close()
}
