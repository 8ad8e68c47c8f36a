import { settings } from '../../settings.ts'
import type { KeptSession } from './kept.ts'

/**
 * What a page and the windows that it has opened say to each other. A session goes as a message, so that the id of its pipe is in
 * no address, no history and no log.
 */
type Message =
  | { readonly scope: 'ready'; readonly name: string }
  | { readonly scope: 'take'; readonly session: KeptSession }
  | { readonly scope: 'back'; readonly name: string; readonly session: KeptSession }

/** The query of a page that shows one session. */
export const SESSION_WINDOW = 'session'

/** How often a window that was opened is looked at, until it has taken its session. */
const LOOK_MS = 500

/** What happens to sessions in windows. */
export interface WindowEvents {
  /** A session comes back from a window. @returns the session that it became */
  back(session: KeptSession): { readonly id: string } | undefined
  /** The window from which a session came back was only loaded again. @returns the session, which leaves the page */
  take(id: string): KeptSession | undefined
}

/** The windows of a page with one session each. */
export interface Windows {
  /** Opens a window for a session. Only while a press is handled. @returns false when the browser did not open it */
  open(session: KeptSession): boolean
  stop(): void
}

const isMessage = (data: unknown): data is Message =>
  typeof data === 'object' && data !== null && 'scope' in data && typeof data.scope === 'string'

/** Whether it is a window, which has a prototype of its own when it is another one than this. */
const isWindow = (value: unknown): value is Window =>
  typeof value === 'object' && value !== null && 'closed' in value && 'postMessage' in value

const post = (to: Window, message: Message) => to.postMessage(message, location.origin)

/** Follows the windows of this page. */
export function createWindows(events: WindowEvents): Windows {
  // By name, because a message that a window sends as its last has no source.
  const waiting = new Map<string, { readonly opened: Window; readonly session: KeptSession }>()
  const cameBack = new Map<string, string>()
  // The window may be there all the same, and ask: one that loads again, or whose browser told that it was closed.
  const comeBack = (name: string, kept: KeptSession): void => {
    const session = events.back(kept)
    if (session) cameBack.set(name, session.id)
  }

  const onMessage = ({ data, origin, source }: MessageEvent<unknown>) => {
    if (origin !== location.origin || source === window || !isMessage(data)) return
    if (data.scope === 'ready' && isWindow(source)) {
      const { name } = data
      const back = cameBack.get(name)
      const session = waiting.get(name)?.session ?? (back === undefined ? undefined : events.take(back))
      waiting.delete(name)
      cameBack.delete(name)
      if (session) post(source, { scope: 'take', session })
    } else if (data.scope === 'back') {
      comeBack(data.name, data.session)
    }
  }
  window.addEventListener('message', onMessage)
  const clock = window.setInterval(() => {
    for (const [name, { opened, session }] of waiting) {
      if (!opened.closed) continue
      waiting.delete(name)
      comeBack(name, session)
    }
  }, LOOK_MS)

  return {
    open(session) {
      const { width, height } = settings.drawer.window
      const url = new URL('.', location.href)
      url.search = SESSION_WINDOW
      // `crypto.randomUUID` is there only over HTTPS and on localhost.
      const name = `scope-session-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`
      const opened = window.open(url, name, `popup,width=${width},height=${height}`)
      if (!opened) return false
      waiting.set(name, { opened, session })
      return true
    },
    stop() {
      window.removeEventListener('message', onMessage)
      window.clearInterval(clock)
    },
  }
}

/** The page that opened this window; undefined when it is gone. */
export const openerPage = (): Window | undefined => {
  const opener: unknown = window.opener
  return isWindow(opener) && !opener.closed ? opener : undefined
}

/** How often a window that has no session asks for it. */
const ASK_MS = 2_000

/**
 * Asks the page that opened this window for the session to show, again and again until it gets one.
 *
 * @param take is called with the session
 * @returns a function that ends this
 */
export function askForSession(take: (session: KeptSession) => void): () => void {
  const ask = () => {
    const opener = openerPage()
    if (opener) post(opener, { scope: 'ready', name: window.name })
  }
  const onMessage = ({ data, origin, source }: MessageEvent<unknown>) => {
    if (origin !== location.origin || source !== window.opener || !isMessage(data)) return
    if (data.scope !== 'take') return
    window.clearInterval(clock)
    take(data.session)
  }
  window.addEventListener('message', onMessage)
  ask()
  const clock = window.setInterval(ask, ASK_MS)
  return () => {
    window.removeEventListener('message', onMessage)
    window.clearInterval(clock)
  }
}

/** Gives a session back to the page that opened this window. @returns false when that page is gone */
export function giveBack(session: KeptSession): boolean {
  const opener = openerPage()
  if (!opener) return false
  post(opener, { scope: 'back', name: window.name, session })
  return true
}
