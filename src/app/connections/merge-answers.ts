import type { ConnectionsResult, SingleConnection } from '../../report/channel.ts'
import type { EdgeRecords } from '../../topology/edges/edge-records.ts'
import { matchRows, waysByAddress } from './match-rows.ts'

/** What was heard of some records of an edge. */
export interface Heard extends Pick<EdgeRecords, 'part' | 'whole'> {
  /** Undefined: the probe did not answer. */
  readonly answer: ConnectionsResult | undefined
}

/**
 * Puts the answers about an edge together: a connection seen by two probes is one row, with the client's numbers.
 *
 * @returns newest first; `total` counts those beyond the limit, too
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

  // Where those who should tell are silent, the other side knows the connections as well.
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
