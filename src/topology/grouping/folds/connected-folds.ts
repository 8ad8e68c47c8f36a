import type { Flow } from '../../connections/flow.ts'
import type { ReportIndex } from '../../reports/report-index.ts'
import type { PlacedFlow } from '../../view/assembling/edge.ts'
import type { Fragment } from '../../view/assembling/fragment.ts'
import type { PlacedNode, Placement } from '../../view/placing/placement.ts'
import type { Fold } from './fold.ts'
import { placedFold } from './placed-folds.ts'

type MemberOf = NonNullable<Placement['memberOf']>

const remembered = new WeakMap<Fragment, ReadonlySet<string>>()

/**
 * The members of closed groups that have a connection which the view shows, by their ids in the view without groups.
 * Undefined when the view has no groups.
 */
export const connectedMembers = (
  fragments: readonly Fragment[],
  stitched: readonly PlacedFlow[],
): ReadonlySet<string> | undefined => {
  const byIndex = new Map<ReportIndex, MemberOf>()
  for (const { index, placement } of fragments) if (placement.memberOf) byIndex.set(index, placement.memberOf)
  if (byIndex.size === 0) return undefined
  const connected = new Set<string>()
  for (const fragment of fragments) for (const id of connectedWithin(fragment)) connected.add(id)
  for (const { flow } of stitched) addEnds(connected, flow, (at) => byIndex.get(at))
  return connected
}

const connectedWithin = (fragment: Fragment): ReadonlySet<string> => {
  const known = remembered.get(fragment)
  if (known) return known
  const connected = new Set<string>()
  for (const { flow } of fragment.pairs) addEnds(connected, flow, () => fragment.placement.memberOf)
  remembered.set(fragment, connected)
  return connected
}

const addEnds = (
  connected: Set<string>,
  { client, server }: Flow,
  memberOfIn: (index: ReportIndex) => MemberOf | undefined,
): void => {
  for (const end of [client, server]) {
    for (const { id, at } of end.kind === 'process' ? [end] : end.owners) {
      const member = memberOfIn(at)?.(id)
      if (member !== undefined) connected.add(member)
    }
  }
}

/** A closed group reduced to its connected members. */
export const withConnectedOnly = (fold: Fold, connected: ReadonlySet<string>): PlacedNode => {
  const members = new Set([...fold.members].filter((id) => connected.has(id)))
  const nodes = new Map([...fold.nodes].filter(([, { viewNode }]) => connected.has(viewNode)))
  return placedFold({ ...fold, members, nodes })
}
