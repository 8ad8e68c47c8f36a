import type { SingleConnection } from '../../report/channel.ts'

interface Way {
  readonly key: (row: SingleConnection) => string
  /**
   * True when rows with equal keys are certainly the same connection; if there are several, both sides list them in the
   * same order. When false, a key must be unique on both sides to match.
   */
  readonly sure: boolean
}

/**
 * Ways to recognise a connection as seen from its two hosts, the most reliable first. NAT changes addresses but rarely
 * the client's port. The rows compared belong to connection records that have already been joined, so the port alone is
 * a good hint.
 */
const allWays: readonly Way[] = [
  { sure: true, key: ({ client, server }) => [client.ip, client.port, server.ip, server.port].join(' ') },
  { sure: true, key: ({ client, server }) => [client.ip, client.port, server.port].join(' ') },
  { sure: false, key: ({ client }) => [client.ip, client.port].join(' ') },
  { sure: false, key: ({ client, server }) => [client.port, server.port].join(' ') },
  { sure: false, key: ({ client }) => `${client.port}` },
]

/** The ways that compare the client's address, so that an unrelated client with the same port does not match. */
export const waysByAddress = allWays.slice(0, 3)

/**
 * Matches connections as reported by one side with the same connections as reported by the other.
 *
 * @param rows connections of one side, newest first
 * @param others connections of the other side, newest first
 */
export const matchRows = (
  rows: readonly SingleConnection[],
  others: readonly SingleConnection[],
  ways = allWays,
): ReadonlyMap<SingleConnection, SingleConnection> => {
  const matches = new Map<SingleConnection, SingleConnection>()
  let restOfRows = rows
  let restOfOthers = others
  for (const { key, sure } of ways) {
    if (restOfRows.length === 0 || restOfOthers.length === 0) break
    const taken = new Set<SingleConnection>()
    const candidates = Map.groupBy(restOfOthers, key)
    for (const [value, alike] of Map.groupBy(restOfRows, key)) {
      const found = candidates.get(value) ?? []
      if (!sure && (alike.length > 1 || found.length > 1)) continue
      for (const [i, other] of found.slice(0, alike.length).entries()) {
        const row = alike[i] as SingleConnection
        matches.set(row, other)
        taken.add(row).add(other)
      }
    }
    restOfRows = restOfRows.filter((row) => !taken.has(row))
    restOfOthers = restOfOthers.filter((other) => !taken.has(other))
  }
  return matches
}
