import type { ProcessRef } from '../../../../process/directory.ts'
import { processKey } from '../tally-identity.ts'

/** An end of a connection. */
export type Role = 'client' | 'server'

/** How many processes are remembered individually. */
const MAX_MET = 256

/** Exited processes that are alike, and that ends of tallies stand for. Each is counted once. */
export class ExitedProcesses {
  readonly role: Role
  /** See `Exits`. */
  readonly likeness: string
  #count = 0
  /** The newest of them, oldest first, so that one with several connections is counted once. */
  readonly #met = new Set<string>()

  constructor(role: Role, likeness: string) {
    this.role = role
    this.likeness = likeness
  }

  get count(): number {
    return this.#count
  }

  meet(process: ProcessRef): void {
    this.#meet(processKey(process))
  }

  /** Adds others that are alike. */
  join(others: ExitedProcesses): void {
    if (others === this) return
    this.#count += others.#count - others.#met.size
    for (const key of others.#met) this.#meet(key)
  }

  #meet(key: string): void {
    if (this.#met.has(key)) return
    this.#count += 1
    this.#met.add(key)
    if (this.#met.size <= MAX_MET) return
    const [oldest = key] = this.#met
    this.#met.delete(oldest)
  }
}

/** The exited processes that the tallies of a book stand for. Ends that are alike share them, whoever is at the other end. */
export class ExitedEnds {
  readonly #shared = new Map<string, { readonly processes: ExitedProcesses; tallies: number }>()

  /**
   * Those that an end of one more tally stands for.
   *
   * @param before those that it stood for when it was released; they are added
   */
  hold(role: Role, likeness: string, before: ExitedProcesses | undefined): ExitedProcesses {
    const key = `${role} ${likeness}`
    const shared = this.#shared.get(key) ?? {
      processes: before ?? new ExitedProcesses(role, likeness),
      tallies: 0,
    }
    if (before) shared.processes.join(before)
    shared.tallies += 1
    this.#shared.set(key, shared)
    return shared.processes
  }

  release({ role, likeness }: ExitedProcesses): void {
    const key = `${role} ${likeness}`
    const shared = this.#shared.get(key)
    if (shared && --shared.tallies === 0) this.#shared.delete(key)
  }
}
