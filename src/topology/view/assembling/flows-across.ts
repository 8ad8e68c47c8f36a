import { compareFlows } from '../../connections/flow.ts'
import { compareIndexes, type ReportIndex } from '../../reports/index/report-index.ts'
import { type EdgeSum, type PlacedFlow, sumOfFlow, sumOfFlows } from './edge.ts'
import { countOf, eachOf, type Few, hasOne, withOne, withoutOne } from './few/few.ts'

/** With more flows than this, their sums by probe are kept. */
const MAX_UNSUMMED = 16

interface OfProbe {
  readonly flows: Set<PlacedFlow>
  sum: EdgeSum | undefined
  /** Whether another flow is there, or one was told of again, since the sum was made. */
  isStale: boolean
}

/**
 * The stitched flows from one node of a view to another. Where there are many they are added up by the probes that tell of them
 * (for flows that two tell of, the client's), and then these sums, so that of thousands of flows only those of one host are added
 * up again when it reports. What is made of them depends only on the flows, not on the order in which they came.
 */
export class FlowsAcross {
  readonly #key: string
  #flows: Few<PlacedFlow>
  /** All of them in their order, which does not change when one is told of again; undefined when it has to be found anew. */
  #inOrder: readonly PlacedFlow[] | undefined
  /** Undefined as long as there are few flows. */
  #byProbe: Map<ReportIndex, OfProbe> | undefined

  /** @param key that of the edge */
  constructor(key: string) {
    this.#key = key
  }

  get size(): number {
    return countOf(this.#flows)
  }

  add(placed: PlacedFlow): void {
    this.#flows = withOne(this.#flows, placed)
    this.#inOrder = undefined
    if (this.#byProbe) addTo(this.#byProbe, placed)
  }

  /** @returns whether it was there */
  delete(placed: PlacedFlow): boolean {
    if (!hasOne(this.#flows, placed)) return false
    this.#flows = withoutOne(this.#flows, placed)
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
    return this.size > MAX_UNSUMMED ? sorted(eachOf(this.#flows)) : this.#few()
  }

  /** Their sum when they are few; undefined of none, and of many, of which {@link sums} has several. */
  sumOfFew(): EdgeSum | undefined {
    if (this.size > MAX_UNSUMMED) return undefined
    this.#byProbe = undefined
    // To keep a list of each only flow would take memory.
    if (this.size === 1) for (const placed of eachOf(this.#flows)) return sumOfFlow(placed, this.#key)
    return sumOfFlows(this.#few(), this.#key)
  }

  /** Their sum, or with many those of the flows of each probe, in a fixed order. */
  sums(): EdgeSum[] {
    if (this.size > MAX_UNSUMMED) return this.#sumsOfMany()
    const sum = this.sumOfFew()
    return sum ? [sum] : []
  }

  #few(): readonly PlacedFlow[] {
    this.#inOrder ??= sorted(eachOf(this.#flows))
    return this.#inOrder
  }

  #sumsOfMany(): EdgeSum[] {
    this.#inOrder = undefined
    this.#byProbe ??= byProbe(eachOf(this.#flows))
    const probes = [...this.#byProbe].sort(([a], [b]) => compareIndexes(a, b))
    return probes.flatMap(([, of]) => {
      if (of.isStale) of.sum = sumOfFlows(sorted(of.flows), this.#key)
      of.isStale = false
      return of.sum ?? []
    })
  }
}

const probeOf = ({ flow: { records } }: PlacedFlow): ReportIndex => records[0].at

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

const sorted = (flows: Iterable<PlacedFlow>): readonly PlacedFlow[] =>
  [...flows].sort((a, b) => compareFlows(a.flow, b.flow))
