import { checkConnections, checkListeners, checkMetrics, checkOffers } from '../consistency.ts'
import { MAX_CONTROLS } from '../control/control.ts'
import { defaultLimits, type ReportLimits } from '../limits.ts'
import { ReportError } from '../report-error.ts'
import { MAX_STATUS, type Metric, type Report } from '../schema.ts'
import { byId } from './by-id.ts'
import type { KeyedSection, ReportDelta } from './delta-schema.ts'

/** A metric is dropped when its newest sample is older than this, or than three report intervals if that is longer. */
const METRIC_LIFETIME_MS = 30_000

/**
 * Applies a delta to its base and returns the whole report. Unchanged entities are the same objects as in the base, and
 * a section without changes is the same array, so that callers can compare by identity. A metric without new samples
 * keeps its newest sample, aged by the time since the base. Metrics beyond the limit are dropped without an error: the sender does
 * not know which earlier metrics still live here, so it cannot keep to the limit itself.
 *
 * @param base the report that `delta.envelope.base` names
 * @throws {ReportError} when the delta does not fit its base, or the resulting report would be refused as a whole
 * report
 */
export const applyDelta = (
  base: Report,
  delta: ReportDelta,
  limits: ReportLimits = defaultLimits,
): Report => {
  const sections = {
    nodes: replaced('nodes', base.nodes, delta, limits.nodes),
    connections: replaced('connections', base.connections, delta, limits.connections),
    addresses: replaced('addresses', base.addresses, delta, limits.addresses),
    listeners: replaced('listeners', base.listeners, delta, limits.listeners),
    status: replaced('status', base.status, delta, MAX_STATUS),
    controls: replaced('controls', base.controls, delta, MAX_CONTROLS),
  }
  const metrics = newestMetrics(base, delta, sections)
  const mayDangle = sections.nodes !== base.nodes || sections.addresses !== base.addresses
  checkConnections(mayDangle ? sections.connections : delta.connections, sections)
  checkListeners(sections.nodes === base.nodes ? delta.listeners : sections.listeners, sections)
  checkOffers(sections.controls === base.controls ? delta.nodes : sections.nodes, sections)
  return {
    ...{ host: delta.host, probe: delta.probe, omitted: delta.omitted },
    envelope: { ...delta.envelope, base: null },
    ...sections,
    metrics: metrics.length > limits.metrics ? metrics.slice(0, limits.metrics) : metrics,
  }
}

const replaced = <Section extends KeyedSection>(
  section: Section,
  base: Report[Section],
  delta: ReportDelta,
  limit: number,
): Report[Section] => {
  const removed = delta.removed[section]
  if (delta[section].length === 0 && removed.length === 0) return base
  const inStep =
    removed.length === 0 ? replacedInStep<Report[Section][number]>(base, delta[section]) : undefined
  if (inStep !== undefined) return inStep as Report[Section]
  const before = byId<Report[Section][number]>(base)
  for (const [index, id] of removed.entries())
    if (!before.has(id))
      throw new ReportError('unknown_id', `what is to be removed, ${id}, is not in the base`, {
        field: `removed.${section}[${index}]`,
      })
  const gone = new Set(removed)
  const changed = byId<Report[Section][number]>(delta[section])
  const size = base.length - removed.length + delta[section].filter(({ id }) => !before.has(id)).length
  if (size > limit)
    throw new ReportError('too_many', `${size} ${section} with those of the base; at most ${limit}`, {
      status: 413,
      field: section,
    })
  const kept = base.flatMap((entity) => (gone.has(entity.id) ? [] : [changed.get(entity.id) ?? entity]))
  const added = delta[section].filter(({ id }) => !before.has(id))
  return [...kept, ...added] as Report[Section]
}

/**
 * Replaces entities that are told in the order of the base, as probes tell those that are not new, without a map of either.
 *
 * @returns undefined when one of them is not in the base, or they are not told so
 */
const replacedInStep = <Entity extends { readonly id: string }>(
  base: readonly Entity[],
  told: readonly Entity[],
): Entity[] | undefined => {
  if (told.length > base.length) return undefined
  const result: Entity[] = []
  let next = 0
  for (const entity of base) {
    const now = told[next]
    if (now?.id === entity.id) {
      result.push(now)
      next++
    } else result.push(entity)
  }
  return next === told.length ? result : undefined
}

/** @throws {ReportError} when a metric occurs twice in the delta, or its node is not in the report */
const newestMetrics = (base: Report, delta: ReportDelta, sections: Pick<Report, 'nodes'>): Metric[] => {
  const { uptimeMs, intervalMs } = delta.envelope
  const elapsedMs = uptimeMs - base.envelope.uptimeMs
  const lifetimeMs = Math.max(METRIC_LIFETIME_MS, 3 * intervalMs)
  const age = (metric: Metric) => agedMetric(metric, elapsedMs, lifetimeMs)
  const gone = new Set(delta.removed.nodes)
  const inOrder = mergeInOrder(base.metrics, delta.metrics, gone, age)
  if (inOrder !== undefined) return inOrder
  checkMetrics(delta.metrics, sections)
  return mergeByName(base.metrics, delta.metrics, gone, age)
}

/**
 * Merges metrics that are told in the order of the base, as probes tell those that are not new. Then each is of a node that is there, and
 * none is told twice, since that is so of the base.
 *
 * @returns undefined when they are not told so
 */
const mergeInOrder = (
  base: readonly Metric[],
  told: readonly Metric[],
  gone: ReadonlySet<string>,
  age: (metric: Metric) => Metric | undefined,
): Metric[] | undefined => {
  const result: Metric[] = []
  let next = 0
  for (const metric of base) {
    if (gone.has(metric.node)) continue
    const fresh = told[next]
    if (fresh?.id === metric.id && fresh.node === metric.node) {
      result.push(fresh)
      next++
      continue
    }
    const aged = age(metric)
    if (aged !== undefined) result.push(aged)
  }
  return next === told.length ? result : undefined
}

const mergeByName = (
  base: readonly Metric[],
  told: readonly Metric[],
  gone: ReadonlySet<string>,
  age: (metric: Metric) => Metric | undefined,
): Metric[] => {
  const fresh = new Map<string, Map<string, Metric>>()
  for (const metric of told) {
    const ofNode = fresh.get(metric.node)
    if (ofNode === undefined) fresh.set(metric.node, new Map([[metric.id, metric]]))
    else ofNode.set(metric.id, metric)
  }
  const result: Metric[] = []
  for (const metric of base) {
    const ofNode = fresh.get(metric.node)
    const newer = ofNode?.get(metric.id)
    if (newer !== undefined) {
      ofNode?.delete(metric.id)
      result.push(newer)
    } else if (!gone.has(metric.node)) {
      const aged = age(metric)
      if (aged !== undefined) result.push(aged)
    }
  }
  for (const ofNode of fresh.values()) result.push(...ofNode.values())
  return result
}

const agedMetric = (metric: Metric, elapsedMs: number, lifetimeMs: number): Metric | undefined => {
  const newest = metric.samples.at(-1)
  if (newest === undefined) return undefined
  const ageMs = newest[0] + elapsedMs
  return ageMs > lifetimeMs ? undefined : { ...metric, samples: [[ageMs, newest[1]]] }
}
