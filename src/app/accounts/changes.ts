import type { Database } from './database/database.ts'

type Listener = (ids: readonly string[]) => void

/**
 * Notices which sessions have ended and which users are no longer what they were, by comparing what the database holds
 * now with what it held before. So it does not matter who changed it, or how.
 */
export class Changes {
  readonly #database: Database
  readonly #sessionListeners = new Set<Listener>()
  readonly #userListeners = new Set<Listener>()
  #version: number
  #sessions: ReadonlySet<string>
  #stamps: ReadonlyMap<string, string>

  constructor(database: Database) {
    this.#database = database
    this.#version = database.version
    this.#sessions = this.#readSessions()
    this.#stamps = this.#readStamps()
  }

  onSessionsEnded(listener: Listener): () => void {
    return added(this.#sessionListeners, listener)
  }

  onUsersChanged(listener: Listener): () => void {
    return added(this.#userListeners, listener)
  }

  /** Looks, if another process has changed anything since, or has replaced the whole file. */
  poll(): void {
    if (this.#database.reopenIfReplaced() || this.#database.version !== this.#version) this.look()
  }

  /** Looks what has changed, and tells it; after each change of this process. */
  look(): void {
    // Before reading: what is changed in between is then read again.
    this.#version = this.#database.version
    const [sessions, stamps] = [this.#readSessions(), this.#readStamps()]
    const ended = [...this.#sessions].filter((id) => !sessions.has(id))
    const changed = [...this.#stamps].filter(([name, stamp]) => stamps.get(name) !== stamp)
    this.#sessions = sessions
    this.#stamps = stamps
    if (ended.length > 0) for (const tell of this.#sessionListeners) tell(ended)
    const names = changed.map(([name]) => name)
    if (names.length > 0) for (const tell of this.#userListeners) tell(names)
  }

  #readSessions(): ReadonlySet<string> {
    return new Set(this.#database.all<{ id: string }>('SELECT id FROM sessions').map(({ id }) => id))
  }

  #readStamps(): ReadonlyMap<string, string> {
    const rows = this.#database.all<{ name: string; stamp: string }>('SELECT name, stamp FROM users')
    return new Map(rows.map(({ name, stamp }) => [name, stamp]))
  }
}

const added = (listeners: Set<Listener>, listener: Listener): (() => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
