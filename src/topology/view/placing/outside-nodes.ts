import type { NodeSummary } from '../../../api/types.ts'
import { compareFlows, type Flow } from '../../connections/flow.ts'
import { equalValues } from '../../equal.ts'
import type { UnwatchedAddress } from './remote-place.ts'
import { unwatchedKey, unwatchedNodes } from './unwatched.ts'

/** An end of a flow at an address that gets a pseudo node. */
export interface OutsideEnd {
  address: UnwatchedAddress
  /** Id of the pseudo node; an empty string until {@link OutsideNodes.settle}. */
  id: string
}

/** What ends at an address. */
interface OfFlow {
  readonly flow: Flow
}

interface Bucket<Place> {
  /** With the flows that end there. */
  readonly ends: Map<OutsideEnd, Place>
  summaries: ReadonlyMap<string, NodeSummary>
}

/**
 * The pseudo nodes of a view at which flows end: the Internet, named services and addresses. Addresses are kept by network,
 * since how many a network has decides whether they are folded; only networks with a change are looked at again.
 */
export class OutsideNodes<Place extends OfFlow> {
  readonly #fixed = new Map<string, { readonly summary: NodeSummary; count: number }>()
  readonly #buckets = new Map<string, Bucket<Place>>()
  readonly #dirty = new Set<string>()
  readonly #all = new Map<string, NodeSummary>()
  readonly #changed: (id: string) => void

  /** @param changed called with the id of a node that came, went or is named otherwise */
  constructor(changed: (id: string) => void) {
    this.#changed = changed
  }

  /** All of them, by id. */
  get all(): ReadonlyMap<string, NodeSummary> {
    return this.#all
  }

  /** One more flow ends at a node that depends on no other flow. */
  addFixed(summary: NodeSummary): void {
    const known = this.#fixed.get(summary.id)
    if (known) known.count++
    else {
      this.#fixed.set(summary.id, { summary, count: 1 })
      this.#set(summary.id, summary)
    }
  }

  removeFixed({ id }: NodeSummary): void {
    const known = this.#fixed.get(id)
    if (known === undefined || --known.count > 0) return
    this.#fixed.delete(id)
    this.#set(id, undefined)
  }

  /** @param of the flow that ends there */
  add(end: OutsideEnd, of: Place): void {
    const key = unwatchedKey(end.address)
    this.#dirty.add(key)
    const bucket = this.#buckets.get(key)
    if (bucket) bucket.ends.set(end, of)
    else this.#buckets.set(key, { ends: new Map([[end, of]]), summaries: new Map() })
  }

  remove(end: OutsideEnd): void {
    const key = unwatchedKey(end.address)
    this.#dirty.add(key)
    this.#buckets.get(key)?.ends.delete(end)
  }

  /** Names the nodes of all ends. @returns the flows that end at other nodes than before */
  settle(): ReadonlySet<Place> {
    const moved = new Set<Place>()
    for (const key of this.#dirty) {
      const bucket = this.#buckets.get(key)
      if (bucket === undefined) continue
      const before = bucket.summaries
      bucket.summaries = this.#name(bucket.ends, moved)
      for (const id of before.keys()) if (!bucket.summaries.has(id)) this.#set(id, undefined)
      for (const [id, summary] of bucket.summaries) this.#set(id, summary)
      if (bucket.ends.size === 0) this.#buckets.delete(key)
    }
    this.#dirty.clear()
    return moved
  }

  #name(ends: ReadonlyMap<OutsideEnd, Place>, moved: Set<Place>): ReadonlyMap<string, NodeSummary> {
    const summaryOf = unwatchedNodes(Array.from(ends.keys(), ({ address }) => address))
    const found = new Map<string, { readonly summary: NodeSummary; readonly of: Place }>()
    for (const [end, of] of ends) {
      const summary = summaryOf(end.address)
      if (summary.id !== end.id) {
        end.id = summary.id
        moved.add(of)
      }
      const known = found.get(summary.id)
      if (known === undefined || compareFlows(of.flow, known.of.flow) < 0)
        found.set(summary.id, { summary, of })
    }
    return new Map([...found].map(([id, { summary }]) => [id, summary]))
  }

  #set(id: string, summary: NodeSummary | undefined): void {
    if (summary === undefined) this.#all.delete(id)
    else this.#all.set(id, summary)
    this.#changed(id)
  }
}

/** Whether one address can take the place of the other without any pseudo node being named otherwise. */
export const isAlikeOutside = (a: UnwatchedAddress, b: UnwatchedAddress): boolean =>
  a.askedFor === b.askedFor &&
  equalValues(a.address, b.address) &&
  a.from === b.from &&
  a.holders.length === b.holders.length &&
  a.holders.every(({ id, at }, i) => id === b.holders[i]?.id && at === b.holders[i]?.at)
