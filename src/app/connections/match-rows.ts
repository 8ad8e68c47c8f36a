import type { SingleConnection } from '../../report/channel.ts'

interface Way {
  readonly key: (row: SingleConnection) => string
  /** Equal keys are one connection for sure; several are in the same order on both sides. */
  readonly sure: boolean
}

/**
 * How a connection is known again, seen from its two hosts; the surest first. NAT changes the addresses and rarely the
 * client's port. What is compared has been stitched already, so that a port alone tells much.
 */
const allWays: readonly Way[] = [
  { sure: true, key: ({ client, server }) => [client.ip, client.port, server.ip, server.port].join(' ') },
  { sure: true, key: ({ client, server }) => [client.ip, client.port, server.port].join(' ') },
  { sure: false, key: ({ client }) => [client.ip, client.port].join(' ') },
  { sure: false, key: ({ client, server }) => [client.port, server.port].join(' ') },
  { sure: false, key: ({ client }) => `${client.port}` },
]

/** Those by which nobody is taken for a stranger who happens to use the same port. */
export const waysByAddress = allWays.slice(0, 3)

/**
 * Finds, for connections as one side tells them, the same ones as the other side tells them.
 *
 * @param rows of both sides: newest first
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
