import { type Completeness, type Flow, type Half, wantedOf } from '../flow.ts'
import { type Numbers, tellsAnything } from '../numbers.ts'
import { matchPorts, type PortMatch } from './match-ports.ts'
import { shareMatrix } from './share-matrix.ts'
import { type Share, shareSparsely } from './share-sparsely.ts'

/** Pairs of a client and a server that are weighed each against each; a matrix of more would cost seconds. */
const MAX_CELLS = 4096

/**
 * Flows between the client and the server halves of the same connections. The numbers are one side's only: eBPF's
 * before polling's, complete before partial, then the client's. Where the other side has several processes, they are
 * shared out among them: where both sides have several, first by the ports of open connections, then in proportion to
 * what each tells of itself. Shares add up to exactly what was told; where they are a guess, they are marked as
 * estimated. Of more than some thousand pairs only some are made ({@link shareSparsely}). Rule 3 of the model.
 */
export const shareOut = (clients: readonly Half[], servers: readonly Half[]): Flow[] =>
  worst(servers) > worst(clients) ? shareBetween(servers, clients) : shareBetween(clients, servers)

/** As {@link shareOut}, with the numbers that `tellers` tell. All of a side are of one role. */
export const shareBetween = (tellers: readonly Half[], others: readonly Half[]): Flow[] => {
  const [only, ...more] = others
  // Nearly always.
  if (only !== undefined && more.length === 0)
    return tellers.map((teller) => flowOf(teller, only, teller.numbers))
  const isLarge = tellers.length > 1 && tellers.length * others.length > MAX_CELLS
  const shares = isLarge ? shareSparsely(tellers, others) : shareFully(tellers, others)
  return tellers.flatMap((teller, i) => {
    const used = (shares[i] ?? []).flatMap(({ j, numbers }) => {
      const other = others[j]
      return other ? [{ other, numbers }] : []
    })
    // Who has only one to deal with, dealt with it, also when the two reports do not agree on the numbers yet.
    const kept = used.filter(
      ({ numbers, other }) =>
        tellsAnything(numbers) || (tellers.length === 1 && tellsAnything(other.numbers)),
    )
    return (kept.length > 0 ? kept : used.slice(0, 1)).map(({ other, numbers }) =>
      flowOf(teller, other, {
        ...numbers,
        // nothing happened between two of which one rests
        quietSeconds:
          numbers.open > 0 ? 0 : Math.max(teller.numbers.quietSeconds, other.numbers.quietSeconds),
      }),
    )
  })
}

const shareFully = (tellers: readonly Half[], others: readonly Half[]): readonly (readonly Share[])[] => {
  const match = matchPorts(tellers, others)
  const isEstimated = estimates(tellers, others, match)
  return shareMatrix(tellers, others, match).map((row, i) =>
    row.map((numbers, j) => ({ j, numbers: isEstimated(i, j) ? { ...numbers, estimated: true } : numbers })),
  )
}

const flowOf = (teller: Half, other: Half, numbers: Numbers): Flow => {
  const [client, server] = teller.role === 'server' ? [other, teller] : [teller, other]
  return {
    client: client.process,
    server: server.process,
    port: server.port,
    records: [client.record, server.record],
    numbers,
    ...wantedOf(client, numbers),
  }
}

const ranks: readonly Completeness[] = ['polled', 'partial', 'complete']

const worst = (halves: readonly Half[]): number =>
  Math.min(...halves.map(({ completeness }) => ranks.indexOf(completeness)))

const estimates = (
  tellers: readonly Half[],
  others: readonly Half[],
  match: PortMatch,
): ((i: number, j: number) => boolean) => {
  // Of one, each of the others tells exactly its share; but for what it never saw.
  if (tellers.length === 1) return () => others.length > 1 && worst(others) === 0
  return (i, j) => !match.isCertain(i, j)
}
