import type { ConnectionsResult, SingleConnection } from '../../report/channel.ts'
import type { EdgeRecords } from '../../topology/edges/edge-records.ts'
import { matchRows, waysByAddress } from './match-rows.ts'

/** The answer about some records of an edge. */
export interface Heard extends Pick<EdgeRecords, 'part' | 'whole'> {
  /** Undefined when the probe did not answer. */
  readonly answer: ConnectionsResult | undefined
}

/**
 * Merges the answers about an edge. A connection that two probes see becomes one row, with the client side's counters.
 *
 * @returns rows newest first; `total` also counts those beyond the limit
 */
export const mergeAnswers = (heard: readonly Heard[], limit: number): ConnectionsResult => {
  const ofPart = (part: Heard['part']): Heard[] => heard.filter((one) => one.part === part)
  const alone = ofPart('alone')
  const telling = ofPart('tells')
  const adding = ofPart('adds')
  const excluding = ofPart('excludes')
  const excluded = matchRows(rowsOf(alone), rowsOf(excluding), waysByAddress)
  const matches = matchRows(rowsOf(telling), rowsOf(adding))

  const apart = rowsOf(alone).filter((row) => !excluded.has(row))
  const totalApart = Math.max(apart.length, totalOf(alone) - totalOf(excluding))
  const rows = [...apart, ...joined(telling, matches)]
  let total = totalApart + totalOf(telling.filter(({ whole }) => whole))
  for (const row of rowsOf(telling.filter(({ whole }) => !whole))) if (matches.has(row)) total++

  // If the probes that should report the connections are silent, those at the other end stand in for them.
  if (telling.some(({ answer }) => answer === undefined)) {
    const known = new Set(matches.values())
    const standIns = adding.filter(({ whole }) => whole)
    rows.push(...rowsOf(standIns).filter((row) => !known.has(row)))
    total = Math.max(total, totalApart + totalOf(standIns))
  }
  return {
    connections: rows.sort((a, b) => a.ageMs - b.ageMs).slice(0, limit),
    total: Math.max(total, rows.length),
  }
}

const rowsOf = (heard: readonly Heard[]): SingleConnection[] =>
  heard.flatMap(({ answer }) => answer?.connections ?? []).sort((a, b) => a.ageMs - b.ageMs)

const totalOf = (heard: readonly Heard[]): number =>
  heard.reduce((sum, { answer }) => sum + (answer?.total ?? 0), 0)

const joined = (
  telling: readonly Heard[],
  matches: ReadonlyMap<SingleConnection, SingleConnection>,
): SingleConnection[] =>
  telling.flatMap(({ whole, answer }) =>
    (answer?.connections ?? []).flatMap((row) => {
      const other = matches.get(row)
      if (other !== undefined) return [join(row, other)]
      return whole ? [row] : []
    }),
  )

const join = (row: SingleConnection, other: SingleConnection): SingleConnection => {
  const [client, server] = row.client.process === undefined ? [other, row] : [row, other]
  const { process } = server.server
  return process === undefined ? client : { ...client, server: { ...client.server, process } }
}
