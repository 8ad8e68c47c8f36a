/**
 * For how long a network namespace still stands for a container after the last process of that was seen in it, and for how long a
 * process that has ended may be found to have been in the container that is seen in its namespace: its events come a moment later,
 * and processes are looked for once a second.
 */
export const NAMESPACE_LINGER_MS = 3000

/** The processes of one container in a namespace, or those of none. */
interface Group {
  living: number
  /** When the last of them left, if none lives. */
  leftMs: number
}

/**
 * The time during which there are always processes in a namespace. When the last one has left, the kernel may give the inode to another
 * namespace, so those that come later may have nothing to do with those before.
 */
export interface Tenancy {
  /** When the first process was seen in it. */
  readonly sinceMs: number
  /** Those seen in it, also those of which no process lives any more. */
  readonly containers: { readonly size: number }
}

interface Namespace extends Tenancy {
  living: number
  readonly containers: Map<string, Group>
  /** How many of the living processes are in no container. */
  outsiders: number
  /** True when processes in no container were there before any of a container: while they are, it is theirs. */
  outsidersFirst: boolean
  /** When the last process left, if none lives. */
  leftMs: number
}

interface Stay {
  readonly netns: number
  readonly container: string | undefined
}

/**
 * Which container a network namespace belongs to, from the processes that are in it.
 *
 * The kernel gives the inode of a namespace to a new one as soon as the old one is freed, so containers that follow one another often
 * have the same. What is known of an inode therefore lasts only while processes are in that namespace, and a moment longer.
 */
export class NamespaceContainers {
  readonly #nowMs: () => number
  readonly #namespaces = new Map<number, Namespace>()
  /** Where each living process is, by its pid. */
  readonly #stays = new Map<number, Stay>()
  /** Inodes of the namespaces that no living process is in, the one that was left first in front. */
  readonly #empty = new Set<number>()

  /** @param nowMs a clock that never goes back */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** How many containers are remembered; one that is in several namespaces counts in each. */
  get size(): number {
    let size = 0
    for (const { containers } of this.#namespaces.values()) size += containers.size
    return size
  }

  /**
   * Records where a living process is.
   *
   * @param netns inode of its network namespace
   * @param container undefined when it is in none
   */
  enter(pid: number, netns: number, container: string | undefined): void {
    const before = this.#stays.get(pid)
    if (before?.netns === netns && before.container === container) return
    this.leave(pid)
    this.#stays.set(pid, { netns, container })
    const namespace = this.#inhabited(netns, container)
    namespace.living++
    if (container === undefined) {
      namespace.outsiders++
      return
    }
    const { containers } = namespace
    const nowMs = this.#nowMs()
    const isShared = [...containers].some(([id, { living }]) => id !== container && living > 0)
    // Those that left before this one came did not share the namespace with it. While another lives there, those that left a moment
    // ago still count: events of their processes may be yet to come.
    for (const [id, { living, leftMs }] of containers)
      if (id !== container && living === 0 && (!isShared || nowMs - leftMs >= NAMESPACE_LINGER_MS))
        containers.delete(id)
    const group = containers.get(container) ?? { living: 0, leftMs: 0 }
    group.living++
    containers.set(container, group)
  }

  /** Records that a process has ended, or is in no namespace that could stand for a container. */
  leave(pid: number): void {
    const stay = this.#stays.get(pid)
    const namespace = stay && this.#namespaces.get(stay.netns)
    if (stay === undefined || namespace === undefined) return
    this.#stays.delete(pid)
    const nowMs = this.#nowMs()
    namespace.living--
    const group = stay.container === undefined ? undefined : namespace.containers.get(stay.container)
    if (group === undefined) namespace.outsiders--
    else if (--group.living === 0) group.leftMs = nowMs
    if (namespace.outsiders === 0) namespace.outsidersFirst = false
    if (namespace.living === 0) {
      namespace.leftMs = nowMs
      this.#empty.add(stay.netns)
    }
    this.#forget(nowMs)
  }

  /** @returns the container that alone is in the namespace, or was until a moment ago; undefined when there is none */
  find(netns: number): string | undefined {
    const namespace = this.#namespaces.get(netns)
    if (namespace === undefined || namespace.outsidersFirst) return undefined
    const nowMs = this.#nowMs()
    let found: string | undefined
    for (const [container, { living, leftMs }] of namespace.containers) {
      if (living === 0 && nowMs - leftMs >= NAMESPACE_LINGER_MS) continue
      if (found !== undefined) return undefined
      found = container
    }
    return found
  }

  /**
   * @returns the same for as long as processes are in the namespace, and until a moment after the last has left; undefined when there
   *   are none
   */
  tenancyOf(netns: number): Tenancy | undefined {
    const namespace = this.#namespaces.get(netns)
    if (namespace === undefined || namespace.living > 0) return namespace
    return this.#nowMs() - namespace.leftMs < NAMESPACE_LINGER_MS ? namespace : undefined
  }

  /** The namespace that a process is about to enter: another than before when nobody was left in that. */
  #inhabited(netns: number, container: string | undefined): Namespace {
    const known = this.#namespaces.get(netns)
    if (known !== undefined && known.living > 0) return known
    this.#empty.delete(netns)
    const made = {
      sinceMs: this.#nowMs(),
      living: 0,
      containers: new Map<string, Group>(),
      outsiders: 0,
      outsidersFirst: container === undefined,
      leftMs: 0,
    }
    this.#namespaces.set(netns, made)
    return made
  }

  #forget(nowMs: number): void {
    for (const netns of this.#empty) {
      if (nowMs - (this.#namespaces.get(netns)?.leftMs ?? 0) < NAMESPACE_LINGER_MS) return
      this.#empty.delete(netns)
      this.#namespaces.delete(netns)
    }
  }
}
