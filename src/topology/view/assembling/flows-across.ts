import { compareFlows } from '../../connections/flow.ts'
import { compareIndexes, type ReportIndex } from '../../reports/index/report-index.ts'
import { type EdgeSum, type PlacedFlow, sumOf, sumOfFlow } from './edge.ts'

/** With more flows than this, their sums by probe are kept. */
const MAX_UNSUMMED = 16

interface OfProbe {
  readonly flows: Set<PlacedFlow>
  sum: EdgeSum | undefined
  /** Whether another flow is there, or one was told of again, since the sum was made. */
  isStale: boolean
}

/**
 * The stitched flows from one node of a view to another. They are added up by the probes that tell of them (for flows that
 * two tell of, the client's), and then these sums, so that of thousands of flows only those of one host are added up again
 * when it reports. What is made of them depends only on the flows, not on the order in which they came.
 */
export class FlowsAcross {
  readonly #key: string
  readonly #flows = new Set<PlacedFlow>()
  /** All of them in their order, which does not change when one is told of again; undefined when it has to be found anew. */
  #inOrder: readonly PlacedFlow[] | undefined
  /** Undefined as long as there are few flows. */
  #byProbe: Map<ReportIndex, OfProbe> | undefined

  /** @param key that of the edge */
  constructor(key: string) {
    this.#key = key
  }

  get size(): number {
    return this.#flows.size
  }

  add(placed: PlacedFlow): void {
    this.#flows.add(placed)
    this.#inOrder = undefined
    if (this.#byProbe) addTo(this.#byProbe, placed)
  }

  /** @returns whether it was there */
  delete(placed: PlacedFlow): boolean {
    if (!this.#flows.delete(placed)) return false
    this.#inOrder = undefined
    const probe = probeOf(placed)
    const of = this.#byProbe?.get(probe)
    of?.flows.delete(placed)
    if (of?.flows.size === 0) this.#byProbe?.delete(probe)
    else if (of) of.isStale = true
    return true
  }

  /** Call when a flow is told of again otherwise than before, by the same records. */
  changed(placed: PlacedFlow): void {
    const of = this.#byProbe?.get(probeOf(placed))
    if (of) of.isStale = true
  }

  /** All of them in a fixed order. */
  all(): readonly PlacedFlow[] {
    return this.#flows.size > MAX_UNSUMMED ? sorted(this.#flows) : this.#few()
  }

  /** The sum of the only flow; undefined when there are others. */
  onlySum(): EdgeSum | undefined {
    if (this.#flows.size !== 1) return undefined
    this.#byProbe = undefined
    for (const placed of this.#flows) return sumOfFlow(placed, this.#key)
    return undefined
  }

  /** The sums of the flows of each probe, in a fixed order. */
  sums(): EdgeSum[] {
    if (this.#flows.size > MAX_UNSUMMED) return this.#sumsOfMany()
    this.#byProbe = undefined
    const sums: EdgeSum[] = []
    const flows = this.#few()
    // In their order, those of one probe are beside each other.
    for (let from = 0; from < flows.length; ) {
      const to = endOfProbe(flows, from)
      const sum = sumOf(
        flows.slice(from, to).map((placed) => sumOfFlow(placed, this.#key)),
        undefined,
      )
      if (sum) sums.push(sum)
      from = to
    }
    return sums
  }

  #few(): readonly PlacedFlow[] {
    this.#inOrder ??= sorted(this.#flows)
    return this.#inOrder
  }

  #sumsOfMany(): EdgeSum[] {
    this.#inOrder = undefined
    this.#byProbe ??= byProbe(this.#flows)
    const probes = [...this.#byProbe].sort(([a], [b]) => compareIndexes(a, b))
    return probes.flatMap(([, of]) => {
      if (of.isStale)
        of.sum = sumOf(
          sorted(of.flows).map((placed) => sumOfFlow(placed, this.#key)),
          of.sum,
        )
      of.isStale = false
      return of.sum ?? []
    })
  }
}

const probeOf = ({ flow: { records } }: PlacedFlow): ReportIndex => records[0].at

/** Where the flows of a probe end that begin at a place of a list. */
const endOfProbe = (flows: readonly PlacedFlow[], from: number): number => {
  const first = flows[from]
  let to = from + 1
  for (; first && to < flows.length; to++) {
    const next = flows[to]
    if (next === undefined || probeOf(next) !== probeOf(first)) break
  }
  return to
}

const byProbe = (flows: Iterable<PlacedFlow>): Map<ReportIndex, OfProbe> => {
  const found = new Map<ReportIndex, OfProbe>()
  for (const placed of flows) addTo(found, placed)
  return found
}

const addTo = (all: Map<ReportIndex, OfProbe>, placed: PlacedFlow): void => {
  const probe = probeOf(placed)
  const known = all.get(probe)
  if (known === undefined) all.set(probe, { flows: new Set([placed]), sum: undefined, isStale: true })
  else {
    known.flows.add(placed)
    known.isStale = true
  }
}

const sorted = (flows: ReadonlySet<PlacedFlow>): readonly PlacedFlow[] =>
  flows.size < 2 ? [...flows] : [...flows].sort((a, b) => compareFlows(a.flow, b.flow))
