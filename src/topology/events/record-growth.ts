import { hash } from 'node:crypto'
import { byId } from '../../report/delta/by-id.ts'
import type { ConnectionRecord, Report, ReportNode } from '../../report/schema.ts'

/** A record that says more than before. */
export interface Grown {
  readonly record: ConnectionRecord
  readonly isNew: boolean
  /** Since the report before; 0 where there was none. */
  readonly failed: number
  readonly opened: number
}

/**
 * The records that are new, or of which connections failed or were opened. Costs what changed where records that did not
 * are the same objects.
 *
 * @param before a report of the same epoch
 */
export function* grownRecords(
  before: Pick<Report, 'connections'> | undefined,
  now: Pick<Report, 'connections'>,
): Generator<Grown> {
  if (before?.connections === now.connections) return
  const earlier = before && byId(before.connections)
  for (const record of now.connections) {
    const known = earlier?.get(record.id)
    if (known === record) continue
    // Its totals begin at zero when it is made, or made anew.
    const base = known?.sinceMs === record.sinceMs ? known : undefined
    const growth = (key: 'failed' | 'opened') => (earlier ? record[key] - (base?.[key] ?? 0) : 0)
    const [failed, opened] = [growth('failed'), growth('opened')]
    if (base === undefined || failed > 0 || opened > 0)
      yield { record, isNew: base === undefined, failed, opened }
  }
}

/**
 * Names the ends of a record by what outlives a process: the container or program, and the address. Records with one key
 * are of the same edges.
 *
 * @param nodes of its report, by id
 * @returns undefined when it says nothing of an edge
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
  // Hashed, since a piece of a report's text would keep all of it in memory.
  return hash('sha1', `${local.parents.host?.[0] ?? ''}\n${from}\n${to}`, 'base64url')
}

/**
 * Whether it may yet turn out to be of a container: a report tells of a process that has just started before it tells of its
 * container.
 *
 * @param before nodes of the report before, by id
 * @param now nodes of its report, by id
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
