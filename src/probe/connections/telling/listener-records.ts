import type { Listener as ListenerRecord } from '../../../report/schema.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { Listener } from '../table/listeners.ts'

/** What is needed to turn listening sockets into records of a report. */
export interface ListenerContext {
  /** Inode of the host's network namespace. */
  readonly hostNetns: number
  /** Added to a time of the sockets' clock to get one of the probe's clock, ms. */
  readonly offsetMs: number
  /** Since when every connection has been seen, on the sockets' clock; Infinity when some may be missed now. */
  readonly completeSinceMs: number
  /** Node id of a process; undefined when there is no node for it. */
  nodeId(process: ProcessRef): string | undefined
}

/**
 * The listener records of a report. Sockets of one process with the same address, port and namespace share one record.
 * A socket whose process has no node gets none.
 */
export const listenerRecords = (
  listeners: Iterable<Listener>,
  { hostNetns, offsetMs, completeSinceMs, nodeId }: ListenerContext,
): readonly ListenerRecord[] => {
  const records = new Map<string, ListenerRecord>()
  for (const { netns, ip, port, process, sinceMs, use } of listeners) {
    const node = nodeId(process)
    if (node === undefined) continue
    const uptime = (ms: number): number => Math.max(0, ms + offsetMs)
    const id = `${netns} ${ip} ${port} ${process.pid}.${process.startTicks}`
    const { accepted, firstMs, lastMs, lastPeer } = use
    const record: ListenerRecord = {
      id,
      process: node,
      ip,
      port,
      isInHostNetwork: netns === hostNetns,
      sinceMs: uptime(sinceMs),
      accepted,
      ...(firstMs === undefined ? {} : { firstMs: uptime(firstMs) }),
      ...(lastMs === undefined ? {} : { lastMs: uptime(lastMs) }),
      ...(lastPeer === undefined ? {} : { lastPeer }),
      ...(sinceMs < completeSinceMs ? { mayHaveMissed: true as const } : {}),
    }
    const alike = records.get(id)
    records.set(id, alike ? together(alike, record) : record)
  }
  return [...records.values()]
}

const together = (a: ListenerRecord, b: ListenerRecord): ListenerRecord => {
  const [earlier, later] = (a.lastMs ?? -1) <= (b.lastMs ?? -1) ? [a, b] : [b, a]
  const firstMs = Math.min(a.firstMs ?? Number.POSITIVE_INFINITY, b.firstMs ?? Number.POSITIVE_INFINITY)
  return {
    ...earlier,
    ...later,
    sinceMs: Math.min(a.sinceMs, b.sinceMs),
    accepted: a.accepted + b.accepted,
    ...(Number.isFinite(firstMs) ? { firstMs } : {}),
  }
}
