import type { ViewDiff } from '../../src/topology/types.ts'
import { settings } from '../settings.ts'
import { apiUrl } from './api.ts'
import { pauseMs } from './backoff.ts'

/** How a stream is doing. */
export type StreamState = 'connecting' | 'live' | 'reconnecting'

/** What a stream tells. */
export interface StreamEvents {
  frame(diff: ViewDiff): void
  state(state: StreamState): void
}

/** An open stream of a view's frames. */
export interface ViewStream {
  close(): void
}

/**
 * Opens the stream of a view and keeps it open: after a loss it tries again, at growing pauses, at once when the network or the
 * page comes back. The first frame after each opening holds everything.
 *
 * @param query options, beginning with a question mark, or empty
 */
export function openViewStream(view: string, query: string, events: StreamEvents): ViewStream {
  const { reconnectFirstMs, reconnectMaxMs } = settings.data
  let socket: WebSocket | undefined
  let timer = 0
  let attempt = 0
  let closed = false

  const open = () => {
    timer = 0
    const url = apiUrl(`topology/${encodeURIComponent(view)}/ws${query}`)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const opened = new WebSocket(url)
    socket = opened
    let first = true
    opened.onmessage = ({ data }: MessageEvent<string>) => {
      if (opened !== socket) return
      const diff = JSON.parse(data) as ViewDiff
      attempt = 0
      if (first) events.state('live')
      events.frame(first ? { ...diff, reset: true } : diff)
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
