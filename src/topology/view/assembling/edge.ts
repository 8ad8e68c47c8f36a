import { hash } from 'node:crypto'
import type { Flow } from '../../connections/flow.ts'
import { addTo, type Numbers, sameNumbers, type Totals, totalsOf } from '../../connections/numbers.ts'
import { addPort, addPorts, type OwnPorts, type Ports, portCount, portList, samePorts } from './ports.ts'
import { SummedEdge } from './summed-edge.ts'

/** The connections from one node of a view to another, while they are being summed. */
export interface EdgeSum {
  /** As made by {@link edgeKey}. */
  readonly key: string
  readonly source: string
  readonly target: string
  /** Those of a flow or of another sum where it is made of one alone. */
  readonly totals: Numbers
  readonly ports: Ports
  /** The sums that this one was added up from; undefined when it was made from flows. */
  readonly parts?: readonly EdgeSum[]
  /** It was told, not traced, so that nothing is counted. */
  readonly told?: true
}

/** An edge as the table that it is in knows it. */
export interface EdgeHandle {
  /** As made by {@link edgeKey}. */
  readonly key: string
}

/** A flow, with the two nodes of a view that it connects. */
export interface PlacedFlow {
  readonly source: string
  readonly target: string
  /** As it was told last. */
  flow: Flow
  /** The edge that it was added to. */
  edge?: EdgeHandle | undefined
}

/** Edge sums by {@link edgeKey}. */
export type EdgeSums = ReadonlyMap<string, EdgeSum>

const MAX_PORTS = 16
/** Of a hash, for an id: base64url makes 16 characters of them. */
const ID_BYTES = 12

/** The key of an edge in {@link EdgeSums}. */
export const edgeKey = (source: string, target: string): string => `${source}\n${target}`

/** The id of the edge between two nodes of a view. It is made of these bytes alone: what is cut of a longer text keeps that in memory. */
export const edgeId = (source: string, target: string): string =>
  hash('sha1', edgeKey(source, target), 'buffer').toString('base64url', 0, ID_BYTES)

/** A sum that was made here, to which more is added. */
interface OwnSum extends EdgeSum {
  readonly totals: Totals
  ports: OwnPorts
}

/** Adds up flows by the nodes that they connect. Where there is one between two nodes, its sum has the numbers of the flow itself. */
export const sumsOf = (flows: readonly PlacedFlow[]): EdgeSums => {
  const sums = new Map<string, EdgeSum>()
  const ofSeveral = new Map<string, OwnSum>()
  for (const placed of flows) {
    const { source, target, flow } = placed
    const key = edgeKey(source, target)
    const first = sums.get(key)
    if (first === undefined) {
      sums.set(key, sumOfFlow(placed, key))
      continue
    }
    let sum = ofSeveral.get(key)
    if (sum === undefined) {
      sum = ownSum(first)
      ofSeveral.set(key, sum)
      sums.set(key, sum)
    }
    addFlow(sum, flow)
  }
  return sums
}

/**
 * Adds up flows that all connect the same two nodes; undefined when there are none.
 *
 * @param key that of their edge
 */
export const sumOfFlows = (flows: readonly PlacedFlow[], key: string): EdgeSum | undefined => {
  const [first] = flows
  if (first === undefined) return undefined
  if (flows.length === 1) return sumOfFlow(first, key)
  let ports: OwnPorts
  for (const { flow } of flows) ports = addPort(ports, flow.port)
  return { key, source: first.source, target: first.target, totals: totalsOf(flows, numbersOfFlow), ports }
}

const numbersOfFlow = ({ flow }: PlacedFlow): Numbers => flow.numbers

/** A copy of a sum, to which more can be added. */
const ownSum = ({ key, source, target, totals, ports }: EdgeSum): OwnSum => ({
  key,
  source,
  target,
  totals: { ...totals },
  ports: addPorts(undefined, ports),
})

const addFlow = (sum: OwnSum, { numbers, port }: Flow): void => {
  addTo(sum.totals, numbers)
  sum.ports = addPort(sum.ports, port)
}

/**
 * Adds up the sums of several parts that connect the same two nodes; undefined when there are none.
 *
 * @param earlier the sum between these two nodes in the previous view; it is returned when it was made of the same
 *   parts
 */
export const sumOf = (parts: readonly EdgeSum[], earlier: EdgeSum | undefined): EdgeSum | undefined => {
  const [only] = parts
  if (only === undefined || parts.length === 1) return only
  const before = earlier?.parts
  if (earlier && before?.length === parts.length && before.every((part, i) => part === parts[i]))
    return earlier
  const { key, source, target } = only
  let ports: OwnPorts
  for (const part of parts) ports = addPorts(ports, part.ports)
  return { key, source, target, totals: totalsOf(parts, totalsOfSum), ports, parts }
}

const totalsOfSum = ({ totals }: EdgeSum): Numbers => totals

/**
 * A single flow as an edge sum.
 *
 * @param key that of its edge
 */
export const sumOfFlow = ({ source, target, flow }: PlacedFlow, key: string): EdgeSum => ({
  key,
  source,
  target,
  totals: flow.numbers,
  ports: flow.port,
})

/** Whether two sums between the same nodes say the same. */
export const sameSums = (a: EdgeSum, b: EdgeSum): boolean =>
  a === b || (a.told === b.told && sameNumbers(a.totals, b.totals) && samePorts(a.ports, b.ports))

/**
 * The finished edge.
 *
 * @param isEstimated whether it is to say so
 * @param earlier what there was between these two nodes in the previous view, of which is taken what still holds
 */
export const edgeOf = (
  { source, target, totals, ports, told }: EdgeSum,
  isEstimated: boolean,
  earlier: { readonly sum: EdgeSum | undefined; readonly edge: SummedEdge | undefined },
): SummedEdge => {
  const { sum, edge } = earlier
  const facts = {
    id: edge?.id ?? edgeId(source, target),
    source,
    target,
    ports: edge && sum && samePorts(sum.ports, ports) ? edge.ports : portList(ports).slice(0, MAX_PORTS),
    portsTotal: portCount(ports),
    told,
  }
  return new SummedEdge(facts, totals, isEstimated, edge)
}
