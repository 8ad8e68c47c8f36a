import type { Completeness, Flow, Half } from '../flow.ts'
import { type Numbers, tellsAnything } from '../numbers.ts'
import { certainty } from './certainty.ts'
import { type Doubt, doubtBetween, possibility } from './doubt.ts'
import { Layout } from './layout.ts'
import { matchPorts, type PortMatch } from './match-ports.ts'
import type { NumberLists } from './number-lists.ts'
import { shareMatrix } from './share-matrix.ts'
import { matchSparsely, shareSparsely } from './share-sparsely.ts'
import { ToldFlows } from './told-flows.ts'

/**
 * Up to this many pairs of client and server the full matrix of shares is computed; a larger one would take seconds.
 */
const MAX_CELLS = 4096

/**
 * Makes the flows between matched client and server halves. All numbers are taken from one side, the tellers: the
 * side that saw more of the connections ({@link Completeness}), else the clients.
 *
 * Where the other side has several processes, the numbers are shared out among them. If both sides have several,
 * connections are matched by the ports of open ones first, and the rest is split in proportion to what each process
 * reports. The shares add up to exactly what the tellers reported, and are marked as estimated where they are a
 * guess. Above some thousand pairs, only some flows are made ({@link shareSparsely}).
 *
 * @param doubts gets between whom there may be connections that no flow tells of
 * @param flows makes the flows of those that there were before
 */
export const shareOut = (
  clients: readonly Half[],
  servers: readonly Half[],
  lists?: NumberLists,
  doubts?: Doubt[],
  flows?: ToldFlows,
): readonly Flow[] =>
  serversTell(clients, servers)
    ? shareBetween(servers, clients, lists, doubts, flows)
    : shareBetween(clients, servers, lists, doubts, flows)

/** Whether {@link shareOut} takes the numbers from the servers. */
export const serversTell = (clients: readonly Half[], servers: readonly Half[]): boolean =>
  worst(servers) > worst(clients)

/**
 * Like {@link shareOut}, but the caller chooses the side that the numbers are taken from. All halves of a side have
 * the same role.
 */
export const shareBetween = (
  tellers: readonly Half[],
  others: readonly Half[],
  lists?: NumberLists,
  doubts: Doubt[] = [],
  flows: ToldFlows = new ToldFlows([]),
): readonly Flow[] => {
  const [only] = others
  if (only === undefined) return []
  // The usual case: nothing has to be split.
  if (others.length === 1) for (const teller of tellers) addFlow(flows, teller, only, teller.numbers)
  else if (tellers.length > 1 && tellers.length * others.length > MAX_CELLS)
    shareInPart(tellers, others, doubts, flows)
  else shareFully(tellers, others, lists, doubts, flows)
  return flows.all
}

const shareInPart = (
  tellers: readonly Half[],
  others: readonly Half[],
  doubts: Doubt[],
  flows: ToldFlows,
): void => {
  const match = matchSparsely(tellers, others)
  const rows = shareSparsely(tellers, others, match)
  for (const [i, teller] of tellers.entries()) {
    const row = rows[i] ?? []
    const told = row.filter(({ numbers }) => tellsAnything(numbers))
    for (const { j, numbers } of told.length > 0 ? told : row.slice(0, 1)) {
      const other = others[j]
      if (other) addFlow(flows, teller, other, numbers)
    }
  }
  const doubt = doubtBetween(tellers, others, match)
  if (doubt) doubts.push(doubt)
}

const shareFully = (
  tellers: readonly Half[],
  others: readonly Half[],
  lists: NumberLists | undefined,
  doubts: Doubt[],
  flows: ToldFlows,
): void => {
  const match = matchPorts(tellers, others)
  const layout = new Layout(tellers)
  const shares = shareMatrix(tellers, others, match, layout, lists)
  const isEstimated = estimates(tellers, others, match)
  const mayMeet = possibility(match)
  let isDoubtful = false
  const add = (teller: Half, other: Half, i: number, j: number): void => {
    const at = (i * others.length + j) * layout.size
    const numbers = layout.numbersOf(teller, other, shares, at, isEstimated(i, j), flows.numbersBefore)
    addFlow(flows, teller, other, numbers)
  }
  for (let i = 0; i < tellers.length; i++) {
    const teller = tellers[i]
    if (teller === undefined) continue
    const before = flows.count
    for (let j = 0; j < others.length; j++) {
      const other = others[j]
      if (other === undefined) continue
      const at = (i * others.length + j) * layout.size
      // If there is only one teller, the others' connections must be with it, even while its report does not show them
      // yet.
      if (layout.tellsAnything(shares, at) || (tellers.length === 1 && tellsAnything(other.numbers)))
        add(teller, other, i, j)
      else isDoubtful ||= mayMeet(i, j) && isEstimated(i, j)
    }
    const [first] = others
    if (flows.count === before && first) add(teller, first, i, 0)
  }
  const doubt = isDoubtful ? doubtBetween(tellers, others, match) : undefined
  if (doubt) doubts.push(doubt)
}

const addFlow = (flows: ToldFlows, teller: Half, other: Half, numbers: Numbers): void =>
  teller.role === 'server' ? flows.add(other, teller, numbers) : flows.add(teller, other, numbers)

const ranks = { polled: 0, partial: 1, complete: 2 } as const satisfies Record<Completeness, number>

const worst = (halves: readonly Half[]): number => {
  let worst = Number.POSITIVE_INFINITY
  for (const { completeness } of halves) worst = Math.min(worst, ranks[completeness])
  return worst
}

const estimates = (
  tellers: readonly Half[],
  others: readonly Half[],
  match: PortMatch,
): ((i: number, j: number) => boolean) => {
  // If there is only one teller, each of the others reports exactly its own share, except for connections that
  // polling missed.
  if (tellers.length === 1) {
    const isPolled = worst(others) === ranks.polled
    return () => isPolled
  }
  const isCertain = certainty(match)
  return (i, j) => !isCertain(i, j)
}
