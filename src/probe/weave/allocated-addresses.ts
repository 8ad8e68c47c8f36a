import type { RouterWatch } from './router-watch.ts'

/** How many containers are asked for at a time, and how long an answer is believed. */
const AT_ONCE = 16
const BELIEVED_MS = 60_000
const MAX_ADDRESSES = 64

/** `10.32.0.2/12 10.40.0.1/12` as addresses. What is none is none in the end, since addresses are checked where they are used. */
const addressesIn = (text: string): string[] =>
  text
    .split(/\s+/)
    .slice(0, MAX_ADDRESSES)
    .flatMap((cidr) => cidr.split('/')[0] || [])

/**
 * The addresses that the allocator of a router has given to containers: `GET /ip/{id}` of ipam/http.go, which answers 404 for a
 * container that has none.
 */
export class AllocatedAddresses {
  readonly #known = new Map<string, { readonly addresses: readonly string[]; readonly askedMs: number }>()

  /** @returns whether any of them is another now */
  async refresh(running: ReadonlySet<string>, ask: RouterWatch['ask'], nowMs: number): Promise<boolean> {
    let isChanged = false
    for (const id of this.#known.keys()) if (!running.has(id)) isChanged = this.#known.delete(id)
    const due = [...running]
      .filter((id) => nowMs - (this.#known.get(id)?.askedMs ?? Number.NEGATIVE_INFINITY) >= BELIEVED_MS)
      .slice(0, AT_ONCE)
    for (const id of due) {
      const { status, body } = await ask(`/ip/${encodeURIComponent(id)}`)
      const addresses = status === 200 ? addressesIn(body) : []
      isChanged ||= addresses.join() !== (this.#known.get(id)?.addresses ?? []).join()
      this.#known.set(id, { addresses, askedMs: nowMs })
    }
    return isChanged
  }

  byContainer(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.#known].map(([id, { addresses }]) => [id, addresses]))
  }
}
