import type { TerminalSize } from '../../../src/pipe/viewer.ts'
import type { LogSince } from '../../domain/logs/since.ts'
import { fitting } from '../../domain/pipe/fitting.ts'
import { settings } from '../../settings.ts'
import type { SessionToOpen } from './session-to-open.ts'

/** What a terminal showed, to go on in another window or after a reload. */
export interface KeptTerminal {
  /** As `Screen.serialize` gives it. */
  readonly text: string
  readonly size: TerminalSize
  /** Offset behind the output that is in the text. */
  readonly position: number
  readonly title: string
  /** How it ended; absent while it runs. */
  readonly ended?: string
}

/** A session as it is kept: its sources and, of a terminal, what it showed. Logs are read again, from the same time on. */
export interface KeptSession {
  readonly sources: readonly SessionToOpen[]
  readonly terminal?: KeptTerminal
  readonly since?: LogSince
  /** What is looked for in logs. */
  readonly find?: string
}

/** Name of the entry in the storage of the tab. It holds ids of pipes, so it exists only while the page loads again. */
const key = 'scope.sessions'

/** Set in the storage of a tab that has had sessions: windows of it may give theirs back, also after a reload. */
const usedKey = 'scope.sessions.used'

/** Whether this tab has had sessions. */
export function hadSessions(): boolean {
  try {
    return sessionStorage.getItem(usedKey) !== null
  } catch {
    return false
  }
}

/** Remembers, for {@link hadSessions}, that this tab has sessions. */
export function rememberSessions(): void {
  try {
    sessionStorage.setItem(usedKey, 'yes')
  } catch {
    // Storage may be forbidden; nothing is kept over a reload then.
  }
}

/** Keeps sessions over a reload of this tab. What does not fit is left out, the longest texts first. */
export function keepSessions(sessions: readonly KeptSession[]): void {
  const lengthOf = ({ terminal }: KeptSession) => terminal?.text.length ?? 0
  try {
    const kept = fitting(sessions, lengthOf, settings.terminal.keptMost)
    if (kept.length > 0) sessionStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // Storage may be forbidden or full; the sessions then end with the page.
  }
}

/** Takes the sessions out of the storage that {@link keepSessions} put there. */
export function takeKept(): readonly KeptSession[] {
  try {
    const kept = sessionStorage.getItem(key)
    sessionStorage.removeItem(key)
    return kept === null ? [] : (JSON.parse(kept) as readonly KeptSession[])
  } catch {
    return []
  }
}
