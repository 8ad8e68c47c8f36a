import { hash } from 'node:crypto'
import { byId } from '../../../report/delta/by-id.ts'
import type { ConnectionRecord, Report, ReportNode } from '../../../report/schema.ts'
import { isContinued, toldCounts } from '../../connections/told-counts.ts'

/** A connection record that is new, or whose totals grew. */
export interface Grown {
  readonly record: ConnectionRecord
  readonly isNew: boolean
  /** Increase since the previous report; 0 when there is none. */
  readonly failed: number
  readonly opened: number
}

/**
 * The records that are new, or in which connections failed or were opened. Records that are the same objects as
 * before are skipped cheaply.
 *
 * @param before the probe's previous report, of the same epoch
 */
export function* grownRecords(
  before: Pick<Report, 'connections' | 'envelope'> | undefined,
  now: Pick<Report, 'connections'>,
): Generator<Grown> {
  if (before?.connections === now.connections) return
  for (const record of now.connections) {
    const known = before && byId(before.connections).get(record.id)
    if (known === record) continue
    const isNew = known === undefined || !isContinued(known, record)
    const told = before && toldCounts(record, known, before)
    const failed = told ? record.failed - told.failed : 0
    const opened = told ? record.opened - told.opened : 0
    if (isNew || failed > 0 || opened > 0) yield { record, isNew, failed, opened }
  }
}

/**
 * A key for the ends of a record that outlives single processes: made of the container or program name and the
 * addresses. Records with equal keys belong to the same edges.
 *
 * @param nodes nodes of the record's report, by id
 * @returns undefined when the report does not have the record's process
 */
export const endsKey = (
  record: ConnectionRecord,
  nodes: ReadonlyMap<string, ReportNode>,
): string | undefined => {
  const { client, server, clientAddress, serverAddress, serverPort } = record
  const local = nodes.get(client ?? server ?? '')
  if (local === undefined) return undefined
  const from = client === undefined ? clientAddress : actorOf(nodes.get(client))
  const to = server === undefined ? `${serverAddress} ${serverPort}` : actorOf(nodes.get(server))
  // Hashed, because a substring of a report's text would keep the whole text in memory.
  return hash('sha1', `${local.parents.host?.[0] ?? ''}\n${from}\n${to}`, 'base64url')
}

/**
 * Whether a record's process may turn out to run in a container: a report has a process that has just started before
 * it has the process's container.
 *
 * @param before nodes of the previous report, by id
 * @param now nodes of the record's report, by id
 */
export const mayLackContainer = (
  { client, server }: ConnectionRecord,
  before: ReadonlyMap<string, ReportNode> | undefined,
  now: ReadonlyMap<string, ReportNode>,
): boolean =>
  [client, server].some((id) => {
    const container = now.get(id ?? '')?.parents.container?.[0]
    if (container !== undefined) return !now.has(container)
    return id !== undefined && before !== undefined && !before.has(id)
  })

const actorOf = (process: ReportNode | undefined): string =>
  process === undefined ? '' : (process.parents.container?.[0] ?? `program ${process.name}`)
