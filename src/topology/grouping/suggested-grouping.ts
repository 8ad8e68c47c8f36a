import type { SuggestedGrouping } from '../../api/types.ts'
import { alike, hostNameGroupings } from './grouping.ts'
import type { GroupingTally, TalliedGrouping } from './tally.ts'

/** As many things as a person takes in at once. */
const AT_ONCE = 50
/** With more things than this, any grouping that makes them fewer is better than none. */
const MOST = 100
/** As many processes of one kind, such as workers of a server, are one node also where there are few nodes. */
const ALIKE = 4
/** A map of fewer nodes tells too little; where there is another grouping, that is taken. */
const TELLING = 4

/** From the finest to the coarsest. */
const FROM_FINE = ['container', 'service', 'replicas', 'unit', 'stack', 'compose', 'image', 'slice', 'host']
/** How hosts are folded: only where there are far too many things, since each host is a thing of its own. */
const FROM_FINE_OF_HOSTS = hostNameGroupings.map(({ value }) => value)

/** How many pseudo nodes a view has. */
export interface PseudoNodes {
  /** Without folding. */
  readonly all: number
  /** With those that are alike as one. */
  readonly folded: number
}

interface Candidate {
  readonly tallied: TalliedGrouping
  readonly foldsRest: boolean
  /** How many nodes would be left, without pseudo nodes. */
  readonly left: number
}

/**
 * The grouping with which to open a view: the finest with at most {@link AT_ONCE} nodes, with the rest folded where it takes
 * that. Replicas are folded also where there are few nodes, of processes those of which there are {@link ALIKE}. It depends on nothing but what is given, so that all who open the
 * view see the same.
 *
 * @param pseudo how many pseudo nodes the view has; `folded` of them when those that are alike are one, as with any grouping
 * @param kind what a node is, when it is something that may be one of several replicas
 * @returns undefined when the view is best as it is
 */
export const suggestedGrouping = (
  { nodes, groupings }: GroupingTally,
  { all, folded: pseudo }: PseudoNodes,
  kind: 'container' | 'process' | undefined,
): SuggestedGrouping | undefined => {
  const isFarTooMany = nodes + pseudo > MOST
  const fewer = [...FROM_FINE, ...(isFarTooMany ? FROM_FINE_OF_HOSTS : [])]
    .flatMap((value) => groupings.filter(({ grouping }) => grouping.value === value))
    .flatMap((tallied): Candidate[] => [
      { tallied, foldsRest: false, left: tallied.left },
      { tallied, foldsRest: true, left: tallied.left - tallied.rest + 1 },
    ])
    .filter(({ tallied, foldsRest, left }) => {
      // Where the rest is most of it, the grouping says little.
      const mayBe = !foldsRest || (tallied.rest > 1 && tallied.rest <= nodes / 2)
      return mayBe && left >= 2 && left < nodes
    })
  const replicas = fewer.find(({ tallied: { grouping, processes }, foldsRest }) => {
    if (foldsRest || kind === undefined) return false
    return kind === 'container'
      ? grouping.value === 'service'
      : grouping.value === 'replicas' && processes >= ALIKE
  })
  const fitting = fewer.filter(({ left }) => left + pseudo <= AT_ONCE)
  const isMany = nodes + pseudo > AT_ONCE
  const chosen =
    (isMany ? fitting.find(({ left }) => left >= TELLING) : undefined) ??
    (isOverfull(replicas, pseudo) ? undefined : replicas) ??
    (isFarTooMany ? (fitting[0] ?? fewest(fewer)) : undefined)
  const of = nodes + all
  if (chosen === undefined)
    return pseudo < all ? { group: alike.value, label: alike.label, count: nodes + pseudo, of } : undefined
  return {
    group: chosen.tallied.grouping.value,
    ...(chosen.foldsRest ? { rest: 'fold' as const } : {}),
    label: chosen.tallied.grouping.label,
    count: chosen.left + pseudo,
    of,
  }
}

const isOverfull = (candidate: Candidate | undefined, pseudo: number): boolean =>
  candidate !== undefined && candidate.left + pseudo > MOST

const fewest = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.toSorted((a, b) => a.left - b.left)[0]
