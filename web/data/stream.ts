import { settings } from '../settings.ts'
import { pauseMs } from './backoff.ts'

/** How a stream is doing. */
export type StreamState = 'connecting' | 'live' | 'reconnecting'

/** What a stream tells. */
export interface StreamEvents<Frame> {
  /** The first frame after each opening holds everything: its `reset` is set. */
  frame(frame: Frame): void
  state(state: StreamState): void
}

/** An open stream of frames. */
export interface Stream {
  close(): void
}

/**
 * Opens a stream and keeps it open: after a loss it tries again, at growing pauses, at once when the network or the page
 * comes back.
 */
export function openStream<Frame extends { readonly reset?: true }>(
  url: URL,
  events: StreamEvents<Frame>,
): Stream {
  const { reconnectFirstMs, reconnectMaxMs } = settings.data
  let socket: WebSocket | undefined
  let timer = 0
  let attempt = 0
  let closed = false

  const open = () => {
    timer = 0
    const opened = new WebSocket(url)
    socket = opened
    let first = true
    opened.onmessage = ({ data }: MessageEvent<string>) => {
      if (opened !== socket) return
      const frame = JSON.parse(data) as Frame
      attempt = 0
      if (first) events.state('live')
      events.frame(first ? { ...frame, reset: true } : frame)
      first = false
    }
    opened.onclose = () => {
      if (closed || opened !== socket) return
      socket = undefined
      events.state('reconnecting')
      timer = window.setTimeout(open, pauseMs(attempt++, reconnectFirstMs, reconnectMaxMs, Math.random()))
    }
  }

  const retryNow = () => {
    if (closed || timer === 0 || document.hidden) return
    window.clearTimeout(timer)
    open()
  }

  window.addEventListener('online', retryNow)
  document.addEventListener('visibilitychange', retryNow)
  events.state('connecting')
  open()

  return {
    close() {
      closed = true
      window.clearTimeout(timer)
      window.removeEventListener('online', retryNow)
      document.removeEventListener('visibilitychange', retryNow)
      socket?.close()
    },
  }
}
