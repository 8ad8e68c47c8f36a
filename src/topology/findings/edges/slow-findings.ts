import type { PlacedEdge } from '../../events/tracking/place-edge.ts'
import type { Candidate } from '../candidate.ts'
import type { Slow, Timed } from './times-history.ts'

/** What between two ends takes longer than in the hour before. */
export interface SlowEnds {
  /** The ends. */
  readonly key: string
  readonly what: Timed
  readonly slow: Slow
}

/** One finding for each edge: of several durations, and several ends, the one that grew most. */
export const slowFindings = (all: Iterable<SlowEnds & { readonly edge: PlacedEdge }>): Candidate[] => {
  const worst = new Map<string, SlowEnds & { readonly edge: PlacedEdge }>()
  for (const one of all) {
    const known = worst.get(one.edge.key)
    if (known === undefined || growth(one) > growth(known)) worst.set(one.edge.key, one)
  }
  return [...worst.values()].map(({ what, slow, edge: { key, id, source, target, port } }) => ({
    id: `slow ${key}`,
    kind: 'slow',
    sinceMs: slow.sinceMs,
    text: `${source.label} → ${target.label} ${verbs[what]} than in its last hour: ${duration(slow.nowUs)}, ${duration(slow.beforeUs)} before`,
    nodes: [source, target],
    edge: { id, source: source.id, target: target.id, port },
  }))
}

const verbs: Readonly<Record<Timed, string>> = {
  connectTimes: 'connects slower',
  durations: 'lasts longer',
}

const growth = ({ slow: { nowUs, beforeUs } }: SlowEnds): number => nowUs / Math.max(1, beforeUs)

const duration = (us: number): string => {
  const number = (value: number): string => String(Number(value.toPrecision(2)))
  if (us < 1_000) return `${number(us)} µs`
  return us < 1_000_000 ? `${number(us / 1_000)} ms` : `${number(us / 1_000_000)} s`
}
