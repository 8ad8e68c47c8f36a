import type { Flow, NodeRef } from '../../connections/flow.ts'
import type { PlacedFlow } from '../../view/assembling/edge.ts'
import type { Fragment } from '../../view/assembling/fragment.ts'
import type { PlacedNode } from '../../view/placing/placement.ts'
import { placedFold } from './placed-folds.ts'

type MemberOf = (ref: NodeRef) => string | undefined

/**
 * The members of closed groups that have a connection which the view shows, by their ids in the view without groups. A
 * closed group stands for these alone where nodes without an edge are left out.
 */
export class ConnectedMembers {
  readonly #memberOf: MemberOf
  readonly #counts = new Map<string, number>()
  readonly #ofFlow = new Map<PlacedFlow, readonly string[]>()
  /** Whether an id was connected before the latest changes. */
  readonly #before = new Map<string, boolean>()

  /** @param memberOf maps a node of a report to the member of a closed group that it is, or is part of */
  constructor(memberOf: MemberOf) {
    this.#memberOf = memberOf
  }

  addFragment(fragment: Fragment): void {
    for (const id of fragment.derived.of(connectedWithin, fragment)) this.#count(id, 1)
  }

  removeFragment(fragment: Fragment): void {
    for (const id of fragment.derived.of(connectedWithin, fragment)) this.#count(id, -1)
  }

  add(placed: PlacedFlow): void {
    const members = membersOf(placed.flow, this.#memberOf)
    if (members.length === 0) return
    this.#ofFlow.set(placed, members)
    for (const id of members) this.#count(id, 1)
  }

  remove(placed: PlacedFlow): void {
    for (const id of this.#ofFlow.get(placed) ?? []) this.#count(id, -1)
    this.#ofFlow.delete(placed)
  }

  /** The ids that are connected now and were not before, or the other way around, since this was last asked. */
  takeChanged(): readonly string[] {
    const changed = [...this.#before].filter(([id, was]) => this.#counts.has(id) !== was).map(([id]) => id)
    this.#before.clear()
    return changed
  }

  /** How many ids may be among those that {@link takeChanged} will return. */
  get untaken(): number {
    return this.#before.size
  }

  /** Forgets ids that are connected as they were when {@link takeChanged} was called last. */
  forgetUnchanged(): void {
    for (const [id, was] of this.#before) if (this.#counts.has(id) === was) this.#before.delete(id)
  }

  /** A closed group reduced to its connected members; any other node as it is. */
  reduced(placed: PlacedNode): PlacedNode {
    const { fold } = placed
    if (fold === undefined) return placed
    const members = new Set([...fold.members].filter((id) => this.#counts.has(id)))
    const nodes = new Map([...fold.nodes].filter(([, { viewNode }]) => this.#counts.has(viewNode)))
    return placedFold({ ...fold, members, nodes })
  }

  #count(id: string, by: 1 | -1): void {
    const count = this.#counts.get(id) ?? 0
    if (!this.#before.has(id)) this.#before.set(id, count > 0)
    if (count + by > 0) this.#counts.set(id, count + by)
    else this.#counts.delete(id)
  }
}

const connectedWithin = ({ placement: { memberOf }, pairs }: Fragment): ReadonlySet<string> => {
  const connected = new Set<string>()
  if (memberOf === undefined) return connected
  for (const { flow } of pairs) for (const id of membersOf(flow, (ref) => memberOf(ref.id))) connected.add(id)
  return connected
}

const membersOf = ({ client, server }: Flow, memberOf: MemberOf): readonly string[] =>
  [client, server].flatMap((end) =>
    (end.kind === 'process' ? [end] : end.owners).flatMap((ref) => memberOf(ref) ?? []),
  )
