import type { PlacedEdge } from '../../events/tracking/place-edge.ts'
import type { Candidate } from '../candidate.ts'
import { type FailureKind, type FailureStreak, failureTimes } from './failures.ts'

/** Failures between two ends, and an edge to which they belong. */
export interface FailingEnds {
  readonly edge: PlacedEdge
  readonly failing: ReadonlyMap<FailureKind, FailureStreak>
}

interface Failing {
  readonly kind: FailureKind
  readonly edge: PlacedEdge
  total: number
  perMinute: number
  sinceMs: number
}

/**
 * A finding for each edge and reason; where several fail at one target for one reason, one for all of them.
 *
 * @param before ids of the findings before: what was one finding stays one until it has ended
 */
export const failureFindings = (
  ends: readonly FailingEnds[],
  before: ReadonlySet<string>,
  nowMs: number,
): Candidate[] => {
  const enough = [...byEdge(ends, nowMs).values()].filter(({ total }) => total >= failureTimes.least)
  const byTarget = Map.groupBy(enough, ({ kind, edge }) => `${kind} ${edge.target.view} ${edge.target.id}`)
  return [...byTarget].flatMap(([key, all]) =>
    all.length > 1 || before.has(foldedId(key)) ? [ofTarget(key, all)] : all.map(ofEdge),
  )
}

const byEdge = (ends: readonly FailingEnds[], nowMs: number): Map<string, Failing> => {
  const found = new Map<string, Failing>()
  for (const { edge, failing } of ends)
    for (const [kind, streak] of failing) {
      const id = `${kind} ${edge.key}`
      const known = found.get(id)
      const [total, perMinute, sinceMs] = [streak.total, streak.perMinute(nowMs), streak.firstMs]
      if (known === undefined) found.set(id, { kind, edge, total, perMinute, sinceMs })
      else {
        known.total += total
        known.perMinute += perMinute
        known.sinceMs = Math.min(known.sinceMs, sinceMs)
      }
    }
  return found
}

const idOf = ({ kind, edge }: Failing): string => `${kind} ${edge.key}`

/** Two digits say enough, and do not change all the time. */
const rounded = (perMinute: number): number => Number(perMinute.toPrecision(2))

const rateOf = (perMinute: number): { perMinute?: number } =>
  perMinute > 0 ? { perMinute: rounded(perMinute) } : {}

const ofEdge = (failing: Failing): Candidate => {
  const { kind, edge, perMinute, sinceMs } = failing
  const { id, source, target, port } = edge
  return {
    id: idOf(failing),
    kind,
    sinceMs,
    text: words(kind, source.label, target.label, perMinute),
    ...rateOf(perMinute),
    nodes: [source, target],
    edge: { id, source: source.id, target: target.id, port },
  }
}

const foldedId = (key: string): string => `all ${key}`

const ofTarget = (key: string, all: readonly Failing[]): Candidate => {
  const [{ kind, edge }] = all as [Failing]
  const perMinute = all.reduce((sum, one) => sum + one.perMinute, 0)
  return {
    id: foldedId(key),
    kind,
    sinceMs: Math.min(...all.map(({ sinceMs }) => sinceMs)),
    text: words(kind, someOf(all), edge.target.label, perMinute),
    ...rateOf(perMinute),
    nodes: [edge.target],
    instead: all.map(idOf),
  }
}

/** `payments.1`, `payments.1 and payments.2` or `payments.1 and 3 others`; the first by name, so that it does not change all the time. */
const someOf = (all: readonly Failing[]): string => {
  const [first = '', second = '', ...others] = [...new Set(all.map(({ edge }) => edge.source.label))].sort()
  if (others.length > 0) return `${first} and ${others.length + 1} others`
  return second === '' ? first : `${first} and ${second}`
}

const words = (kind: FailureKind, from: string, to: string, perMinute: number): string => {
  const some = perMinute > 0 ? `${rounded(perMinute).toLocaleString('en')}/min` : 'connections'
  switch (kind) {
    case 'refused':
      return `${to} refuses ${some} from ${from}`
    case 'timed-out':
      return `no answer from ${to} to ${some} from ${from}`
    case 'unreachable':
      return `no route to ${to} for ${some} from ${from}`
    case 'out-of-ports':
      return `no local port left for ${some} from ${from} to ${to}`
    case 'failing':
      return `${from} fails to connect to ${to}${perMinute > 0 ? `, ${some}` : ''}`
  }
}
