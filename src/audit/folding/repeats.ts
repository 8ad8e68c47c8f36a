import type { AuditEntry } from '../../api/types.ts'

const FIRST_WINDOW_MS = 10_000
const LONGEST_WINDOW_MS = 300_000

/** Entries that were counted, not written. */
export interface Counted {
  readonly latest: AuditEntry
  /** At least 1. */
  readonly count: number
}

interface Window {
  latest: AuditEntry
  count: number
  lengthMs: number
  endsMs: number
}

/**
 * Counts entries that are alike, within windows of time that grow as long as there are more of them. A key without any in its
 * window is forgotten.
 */
export class Repeats {
  readonly #max: number
  readonly #windows = new Map<string, Window>()

  /** @param max keys at a time */
  constructor(max: number) {
    this.#max = max
  }

  get hasRoom(): boolean {
    return this.#windows.size < this.#max
  }

  /** Opens a window for the entries of a key. @param count with how many of them it begins */
  begin(key: string, latest: AuditEntry, atMs: number, count: 0 | 1): void {
    this.#windows.set(key, {
      latest,
      count,
      lengthMs: FIRST_WINDOW_MS,
      endsMs: atMs + FIRST_WINDOW_MS,
    })
  }

  /**
   * Counts an entry.
   *
   * @param joined makes what is told of an entry and those counted with it before; the entry unless told otherwise
   * @returns false, and counts nothing, when its key has no window
   */
  repeat(
    key: string,
    entry: AuditEntry,
    joined: (before: AuditEntry, entry: AuditEntry) => AuditEntry = (_, latest) => latest,
  ): boolean {
    const window = this.#windows.get(key)
    if (window === undefined) return false
    window.latest = window.count === 0 ? entry : joined(window.latest, entry)
    window.count += entry.count ?? 1
    return true
  }

  /** What was counted in windows that have ended; each is followed by one twice as long. */
  due(atMs: number): readonly Counted[] {
    const due: Counted[] = []
    for (const [key, window] of this.#windows) {
      const { latest, count, lengthMs, endsMs } = window
      if (endsMs > atMs) continue
      if (count === 0) {
        this.#windows.delete(key)
        continue
      }
      due.push({ latest, count })
      window.count = 0
      window.lengthMs = Math.min(2 * lengthMs, LONGEST_WINDOW_MS)
      window.endsMs = atMs + window.lengthMs
    }
    return due
  }

  /** When the next window ends; infinite without any. */
  get nextDueMs(): number {
    return Math.min(...Array.from(this.#windows.values(), ({ endsMs }) => endsMs))
  }
}
