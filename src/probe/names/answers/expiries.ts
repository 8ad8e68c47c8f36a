/** What is over at some moment. */
export interface Expiring {
  readonly untilMs: number
}

/** Items by when they are over, to a second. Taking one in or out takes constant time. */
export class Expiries<T extends Expiring> {
  /** Items by the first full second at which they are over. */
  readonly #bySecond = new Map<number, Set<T>>()
  /** The latest second whose items were taken. */
  #taken: number

  /** @param nowMs a clock that never goes back */
  constructor(nowMs: number) {
    this.#taken = secondOf(nowMs)
  }

  /** @param item which is not over yet */
  add(item: T): void {
    const second = lastSecondOf(item)
    const others = this.#bySecond.get(second)
    if (others) others.add(item)
    else this.#bySecond.set(second, new Set([item]))
  }

  delete(item: T): void {
    const second = lastSecondOf(item)
    const others = this.#bySecond.get(second)
    others?.delete(item)
    if (others?.size === 0) this.#bySecond.delete(second)
  }

  /** Takes out those that are over; some stay for up to a second more. */
  *takeOver(nowMs: number): Generator<T> {
    const now = secondOf(nowMs)
    for (; this.#taken < now; this.#taken++) {
      const over = this.#bySecond.get(this.#taken + 1)
      this.#bySecond.delete(this.#taken + 1)
      if (over) yield* over
    }
  }
}

const secondOf = (ms: number): number => Math.floor(ms / 1000)
const lastSecondOf = ({ untilMs }: Expiring): number => Math.ceil(untilMs / 1000)
