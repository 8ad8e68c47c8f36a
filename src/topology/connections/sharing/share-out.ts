import { type Completeness, type Flow, type Half, wantedOf } from '../flow.ts'
import { type Numbers, tellsAnything } from '../numbers.ts'
import { matchPorts, type PortMatch } from './match-ports.ts'
import { shareMatrix } from './share-matrix.ts'
import { type Share, shareSparsely } from './share-sparsely.ts'

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
 */
export const shareOut = (clients: readonly Half[], servers: readonly Half[]): Flow[] =>
  serversTell(clients, servers) ? shareBetween(servers, clients) : shareBetween(clients, servers)

/** Whether {@link shareOut} takes the numbers from the servers. */
export const serversTell = (clients: readonly Half[], servers: readonly Half[]): boolean =>
  worst(servers) > worst(clients)

/**
 * Like {@link shareOut}, but the caller chooses the side that the numbers are taken from. All halves of a side have
 * the same role.
 */
export const shareBetween = (tellers: readonly Half[], others: readonly Half[]): Flow[] => {
  const [only, ...more] = others
  // The usual case: nothing has to be split.
  if (only !== undefined && more.length === 0)
    return tellers.map((teller) => flowOf(teller, only, teller.numbers))
  const isLarge = tellers.length > 1 && tellers.length * others.length > MAX_CELLS
  const shares = isLarge ? shareSparsely(tellers, others) : shareFully(tellers, others)
  return tellers.flatMap((teller, i) => {
    const used = (shares[i] ?? []).flatMap(({ j, numbers }) => {
      const other = others[j]
      return other ? [{ other, numbers }] : []
    })
    // If there is only one teller, the others' connections must be with it, even while its report does not show them
    // yet.
    const kept = used.filter(
      ({ numbers, other }) =>
        tellsAnything(numbers) || (tellers.length === 1 && tellsAnything(other.numbers)),
    )
    return (kept.length > 0 ? kept : used.slice(0, 1)).map(({ other, numbers }) =>
      flowOf(teller, other, {
        ...numbers,
        // Connections between two halves are idle if either half is.
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
  // If there is only one teller, each of the others reports exactly its own share, except for connections that
  // polling missed.
  if (tellers.length === 1) return () => others.length > 1 && worst(others) === 0
  return (i, j) => !match.isCertain(i, j)
}
