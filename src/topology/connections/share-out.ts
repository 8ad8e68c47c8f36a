import { type Completeness, type Flow, type Half, wantedOf } from './flow.ts'
import { matchPorts, type PortMatch } from './match-ports.ts'
import { type Numbers, tellsAnything } from './numbers.ts'
import { shareMatrix } from './share-matrix.ts'

/**
 * Flows between the client and the server halves of the same connections. The numbers are one side's only: eBPF's
 * before polling's, complete before partial, then the client's. Where the other side has several processes, they are
 * shared out among them: where both sides have several, first by the ports of open connections, then in proportion to
 * what each tells of itself. Shares add up to exactly what was told; where they are a guess, they are marked as
 * estimated. Rule 3 of the model.
 */
export const shareOut = (clients: readonly Half[], servers: readonly Half[]): Flow[] =>
  worst(servers) > worst(clients) ? shareBetween(servers, clients) : shareBetween(clients, servers)

/** As {@link shareOut}, with the numbers that `tellers` tell. All of a side are of one role. */
export const shareBetween = (tellers: readonly Half[], others: readonly Half[]): Flow[] => {
  const [only, ...more] = others
  // Nearly always.
  if (only !== undefined && more.length === 0)
    return tellers.map((teller) => flowOf(teller, only, teller.numbers))
  const match = matchPorts(tellers, others)
  const isEstimated = estimates(tellers, others, match)
  const shares = shareMatrix(tellers, others, match)
  return tellers.flatMap((teller, i) => {
    const row = shares[i] ?? []
    const used = others.map((other, j) => ({ other, j, numbers: row[j] ?? { ...teller.numbers } }))
    // Who has only one to deal with, dealt with it, also when the two reports do not agree on the numbers yet.
    const kept = used.filter(
      ({ numbers, other }) =>
        tellsAnything(numbers) || (tellers.length === 1 && tellsAnything(other.numbers)),
    )
    return (kept.length > 0 ? kept : used.slice(0, 1)).map(({ other, j, numbers }) =>
      flowOf(teller, other, isEstimated(i, j) ? { ...numbers, estimated: true } : numbers),
    )
  })
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
