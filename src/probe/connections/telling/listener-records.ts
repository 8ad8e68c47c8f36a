import type { Listener as ListenerRecord } from '../../../report/schema.ts'
import type { ProcessRef } from '../../process/directory.ts'
import type { Listener } from '../table/listeners.ts'

/** What turning listening sockets into records of a report takes. */
export interface ListenerContext {
  /** Inode of the host's network namespace. */
  readonly hostNetns: number
  /** From the sockets' clock to the probe's, ms. */
  readonly offsetMs: number
  /** Every connection was seen since then, on the sockets' clock; Infinity: not every one is. */
  readonly completeSinceMs: number
  /** Node id of a process; undefined when there is no node for it. */
  nodeId(process: ProcessRef): string | undefined
}

/** Listening sockets as a report has them: those of one process that are alike are one. Without a node there is no record. */
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
