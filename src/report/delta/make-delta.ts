import type { Metric, Report } from '../schema.ts'
import { byId } from './by-id.ts'
import type { ReportDelta } from './delta-schema.ts'

interface Changes<Entity> {
  readonly changed: Entity[]
  readonly removed: string[]
}

const changesOf = <Entity extends { readonly id: string }>(
  base: readonly Entity[],
  next: readonly Entity[],
): Changes<Entity> => {
  if (base === next) return { changed: [], removed: [] }
  const inStep = base.length === next.length && next.every(({ id }, index) => id === base[index]?.id)
  if (inStep) return { changed: next.filter((entity, index) => entity !== base[index]), removed: [] }
  const [before, now] = [byId(base), byId(next)]
  return {
    changed: next.filter((entity) => entity !== before.get(entity.id)),
    removed: base.flatMap(({ id }) => (now.has(id) ? [] : [id])),
  }
}

/**
 * Metrics with samples at or after the base, reduced to those samples. Metrics of nodes that are not in the base are
 * kept whole.
 */
const freshMetrics = (
  metrics: readonly Metric[],
  elapsedMs: number,
  added: ReadonlySet<string>,
): Metric[] => {
  const fresh: Metric[] = []
  for (const metric of metrics) {
    const { node, samples } = metric
    const first = added.has(node) ? 0 : samples.findIndex((sample) => sample[0] <= elapsedMs)
    if (first === 0) fresh.push(metric)
    else if (first > 0) fresh.push({ ...metric, samples: samples.slice(first) })
  }
  return fresh
}

/**
 * The delta from one report to a later one of the same epoch.
 *
 * Entities are compared by identity: an entity that is the same object in both reports is unchanged, any other counts
 * as changed. A sample with exactly the time of the base is sent again, because it may have been taken just after the
 * base was made.
 */
export const makeDelta = (base: Report, next: Report): ReportDelta => {
  const nodes = changesOf(base.nodes, next.nodes)
  const connections = changesOf(base.connections, next.connections)
  const addresses = changesOf(base.addresses, next.addresses)
  const listeners = changesOf(base.listeners, next.listeners)
  const status = changesOf(base.status, next.status)
  const controls = changesOf(base.controls, next.controls)
  const elapsedMs = next.envelope.uptimeMs - base.envelope.uptimeMs
  const added = nodes.changed.flatMap(({ id }) => (byId(base.nodes).has(id) ? [] : [id]))
  return {
    envelope: { ...next.envelope, base: base.envelope.seq },
    host: next.host,
    probe: next.probe,
    nodes: nodes.changed,
    metrics: freshMetrics(next.metrics, elapsedMs, new Set(added)),
    connections: connections.changed,
    addresses: addresses.changed,
    listeners: listeners.changed,
    status: status.changed,
    controls: controls.changed,
    removed: {
      nodes: nodes.removed,
      connections: connections.removed,
      addresses: addresses.removed,
      listeners: listeners.removed,
      status: status.removed,
      controls: controls.removed,
    },
    omitted: next.omitted,
  }
}
