import type { Half, NodeRef } from '../flow.ts'
import type { PortMatch } from './match-ports.ts'

/**
 * Processes of which any client may have connections with any server that no flow tells of: a share was rounded to nothing,
 * or there are too many of them to share out between all. Nobody says that they have any, so nothing is shown of it; but
 * what is shown between two of them may be more than was counted.
 */
export interface Doubt {
  readonly clients: readonly NodeRef[]
  readonly servers: readonly NodeRef[]
}

/** What is shared out leaves nothing in doubt, as is usual. One list for all of that, since there may be tens of thousands. */
export const NO_DOUBTS: readonly Doubt[] = []

/**
 * Decides which tellers may have connections with which of the others: those on both sides that have some whose other end
 * no port identifies. Where none of the others has, the connections of the tellers may be with any of them.
 *
 * @returns whether teller `i` may have connections with the other `j` besides those that ports identify
 */
export const possibility = ({
  rowRest,
  columnRest,
}: Pick<PortMatch, 'rowRest' | 'columnRest'>): ((i: number, j: number) => boolean) => {
  const isAnyLeft = columnRest.some((rest) => rest > 0)
  return (i, j) => (rowRest[i] ?? 0) > 0 && (!isAnyLeft || (columnRest[j] ?? 0) > 0)
}

/** The doubt between all tellers and others that may have connections; undefined when there are none. */
export const doubtBetween = (
  tellers: readonly Half[],
  others: readonly Half[],
  match: Pick<PortMatch, 'rowRest' | 'columnRest'>,
): Doubt | undefined => {
  const first = match.rowRest.findIndex((rest) => rest > 0)
  if (first < 0) return undefined
  const mayMeet = possibility(match)
  return doubtOf(
    tellers.filter((_, i) => (match.rowRest[i] ?? 0) > 0),
    others.filter((_, j) => mayMeet(first, j)),
  )
}

/** The doubt between all halves of one side and all of the other. */
export const doubtOf = (tellers: readonly Half[], others: readonly Half[]): Doubt => {
  const [told, other] = [tellers.map(processOf), others.map(processOf)]
  return tellers[0]?.role === 'server' ? { clients: other, servers: told } : { clients: told, servers: other }
}

const processOf = ({ process }: Half): NodeRef => process

/** Whether the same is doubtful, in the same order. */
export const sameDoubts = (a: readonly Doubt[], b: readonly Doubt[]): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((doubt, i) => {
      const other = b[i]
      return (
        doubt === other ||
        (other !== undefined &&
          sameRefs(doubt.clients, other.clients) &&
          sameRefs(doubt.servers, other.servers))
      )
    }))

const sameRefs = (a: readonly NodeRef[], b: readonly NodeRef[]): boolean =>
  a.length === b.length && a.every(({ id, at }, i) => id === b[i]?.id && at === b[i]?.at)
