import { type FamilyAnswer, hasAddress, type NameAnswer } from './answer.ts'

/** How long an address is kept that is in the answers no more, while an app answers there. */
export const GRACE_MS = 60_000
/** Most addresses of one name that are reported to. */
export const MAX_ADDRESSES = 32

/** An address of a name. */
export interface NameAddress {
  readonly address: string
  /** It was not in the first answer. */
  readonly isNew: boolean
}

interface Held extends NameAddress {
  readonly family: keyof NameAnswer
  /** When it was first missing from an answer; undefined while it is there. */
  readonly goneSinceMs?: number
}

const toldBy = (answer: FamilyAnswer): readonly string[] => (answer.kind === 'told' ? answer.addresses : [])

const families = ['ipv4', 'ipv6'] as const

/** What {@link NameAddresses} goes by. */
export interface NameAddressesOptions {
  /** Picks those addresses of an answer that can be dialled. */
  readonly usable: (addresses: readonly string[]) => readonly string[]
  /** Whether an app answers at an address. */
  readonly isAnswering: (address: string) => boolean
}

/**
 * The addresses at which the apps of one name are, by the answers so far. It has no clock and asks nobody.
 *
 * - What could not be asked changes nothing, however long that lasts: a name server that is down takes no app away.
 * - An address that vanishes is kept for {@link GRACE_MS}; one where nobody answers goes at once if the name has others.
 * - There are never more than {@link MAX_ADDRESSES}: those that were there before stay, so that a name server that
 *   deals out its addresses changes little.
 */
export class NameAddresses {
  readonly #options: NameAddressesOptions
  readonly #answered = new Set<keyof NameAnswer>()
  #held: readonly Held[] = []
  #passedOver = 0

  constructor(options: NameAddressesOptions) {
    this.#options = options
  }

  /** In the order in which they appeared. */
  get addresses(): readonly NameAddress[] {
    return this.#held.map(({ address, isNew }) => ({ address, isNew }))
  }

  /** Number of addresses in the last answer that were too many. */
  get passedOver(): number {
    return this.#passedOver
  }

  /** @param nowMs by a clock that never goes back */
  take(answer: NameAnswer, nowMs: number): void {
    const told = families.flatMap((family) => toldBy(answer[family]))
    const untold = this.#held.filter(({ family }) => answer[family].kind === 'unknown')
    const usable = new Set(this.#options.usable([...told, ...untold.map(({ address }) => address)]))
    const present = families.flatMap((family) => this.#present(family, answer[family], usable))
    const others = this.#held.filter(({ address }) => !present.some((one) => one.address === address))
    const kept = others.flatMap((held) => this.#keep(held, answer[held.family], present.length > 0, nowMs))
    const ordered = [
      ...present.filter(({ address }) => this.#find(address)),
      ...present.filter(({ address }) => !this.#find(address)),
    ]
    this.#passedOver = Math.max(0, present.length - MAX_ADDRESSES)
    this.#hold([...ordered, ...kept].slice(0, MAX_ADDRESSES))
    // A name that does not exist yet has had no first answer.
    if (hasAddress(answer) || this.#answered.size > 0)
      for (const family of families) if (answer[family].kind === 'told') this.#answered.add(family)
  }

  /** Keeps the order of those that were there. */
  #hold(next: readonly Held[]): void {
    const before = this.#held.flatMap(({ address }) => next.find((one) => one.address === address) ?? [])
    this.#held = [...before, ...next.filter((one) => !before.includes(one))]
  }

  #find(address: string): Held | undefined {
    return this.#held.find((held) => held.address === address)
  }

  #present(family: keyof NameAnswer, answer: FamilyAnswer, usable: ReadonlySet<string>): Held[] {
    // Sorted, so that the same are taken of too many, whatever order they come in.
    const addresses = [...new Set(toldBy(answer))].filter((address) => usable.has(address)).sort()
    return addresses.map((address) => ({
      address,
      family,
      isNew: this.#find(address)?.isNew ?? this.#answered.has(family),
    }))
  }

  /** What becomes of an address that is not in an answer. */
  #keep(held: Held, answer: FamilyAnswer, hasOthers: boolean, nowMs: number): Held[] {
    if (answer.kind === 'unknown') return [held]
    const goneSinceMs = held.goneSinceMs ?? nowMs
    if (nowMs - goneSinceMs >= GRACE_MS) return []
    if (hasOthers && !this.#options.isAnswering(held.address)) return []
    return [{ ...held, goneSinceMs }]
  }
}
