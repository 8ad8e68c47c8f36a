import { NAMESPACE_LINGER_MS } from '../../cgroup/namespace-containers.ts'

/**
 * The cgroup and network namespace of a socket. The kernel reports both for a socket that received a DNS answer and for
 * one that connects.
 */
export interface Place {
  /** Inode of the cgroup v2 directory; 0 = unknown. */
  readonly cgroupId: number
  /** Inode of the network namespace; 0 = unknown. */
  readonly netns: number
}

/** What {@link Askers} need. */
export interface AskersOptions {
  /** Returns the container of a place; undefined for a place on the host itself. */
  readonly containerOf: (place: Place) => string | undefined
  /** Inode of the host's network namespace; 0 = unknown. */
  readonly hostNetns: number
  /** A clock that never goes back. */
  readonly nowMs: () => number
}

/** Who was given an answer. */
export interface Asker extends Place {
  readonly sinceMs: number
  /** Undefined when none is known, and while another may be found yet. */
  container: string | undefined
  isSettled: boolean
}

/**
 * How long after an answer it is settled which container its network namespace is of: one that has just begun has been seen by then, and
 * one that has just ended is still known.
 */
const SETTLED_MS = NAMESPACE_LINGER_MS - 1000

/**
 * Tells to which container an answer was given, or to which network namespace when that is in none.
 *
 * An answer may reach a container before that is known. By its cgroup it is found whenever it becomes known; by its network namespace only
 * for a moment: a container that comes to that later has another with the same inode.
 */
export class Askers {
  readonly #options: AskersOptions
  /** Those that are not settled, oldest first. */
  #unsettled: Asker[] = []

  constructor(options: AskersOptions) {
    this.#options = options
  }

  /** The one that is given an answer at a place just now. */
  at({ cgroupId, netns }: Place): Asker {
    const { hostNetns, nowMs } = this.#options
    // The namespace of the host stands for no container.
    const isSettled = netns === 0 || netns === hostNetns
    const asker: Asker = { cgroupId, netns, sinceMs: nowMs(), container: undefined, isSettled }
    if (!isSettled) this.#unsettled.push(asker)
    return asker
  }

  /** Settles whose the network namespaces of answers are, once that can be told. Call it several times a second. */
  settle(): void {
    const nowMs = this.#options.nowMs()
    const count = this.#unsettled.findIndex(({ sinceMs }) => nowMs - sinceMs < SETTLED_MS)
    const due = count === -1 ? this.#unsettled : this.#unsettled.slice(0, count)
    if (due.length === 0) return
    this.#unsettled = count === -1 ? [] : this.#unsettled.slice(count)
    for (const asker of due) {
      asker.container = this.#containerOf(asker, nowMs)
      asker.isSettled = true
    }
  }

  /** A text that is the same for all that share their names with one that was given an answer. */
  ownerOf(asker: Asker): string {
    const container = asker.container ?? this.#containerOf(asker, this.#options.nowMs())
    return container ?? ownerInNone(asker)
  }

  /** The same for one that connects just now. */
  ownerAt(place: Place): string {
    return this.#options.containerOf(place) ?? ownerInNone(place)
  }

  #containerOf({ cgroupId, netns, sinceMs, isSettled }: Asker, nowMs: number): string | undefined {
    const isRecent = !isSettled && nowMs - sinceMs < NAMESPACE_LINGER_MS
    return this.#options.containerOf({ cgroupId, netns: isRecent ? netns : 0 })
  }
}

const ownerInNone = ({ netns }: Place): string => `netns:${netns}`
