import type { MetadataRow, MetricRow, NodeSummary } from '../../../src/api/types.ts'
import { columnKinds, type TableColumn } from './column.ts'
import {
  factColumn,
  metricColumn,
  parentColumn,
  propertyColumn,
  stateColumn,
  trafficColumns,
} from './column-values.ts'
import { type PropertyName, propertiesOf } from './properties.ts'

/**
 * The columns that the nodes of a view have values for, in the order of the list of columns: metrics, connections, what nodes are part
 * of, facts, what is told of images, environment variables, labels.
 *
 * @param viewName the name of a view by its id
 * @param before the columns of the same view before: a column stays although no node has a value at the moment
 */
export function columnsOf(
  nodes: Iterable<NodeSummary>,
  viewName: (id: string) => string | undefined,
  before: readonly TableColumn[] = [],
): readonly TableColumn[] {
  const metrics = new Map<string, MetricRow>()
  const facts = new Map<string, MetadataRow>()
  const parents = new Set<string>()
  const properties = new Map<string, PropertyName>()
  for (const node of nodes) {
    for (const metric of node.metrics ?? []) if (!metrics.has(metric.id)) metrics.set(metric.id, metric)
    for (const fact of node.metadata ?? []) if (!facts.has(fact.id)) facts.set(fact.id, fact)
    for (const { topologyId } of node.parents ?? []) parents.add(topologyId)
    for (const property of propertiesOf(node)) properties.set(property.id, property)
  }
  const found = [
    ...[...metrics.values()].sort(byPriority).map(metricColumn),
    ...trafficColumns,
    ...[...parents].map((id) => parentColumn(id, singular(viewName(id) ?? id))).sort(byLabel),
    stateColumn,
    ...[...facts.values()].sort(byPriority).map(factColumn),
    ...[...properties.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(propertyColumn),
  ]
  const ids = new Set(found.map(({ id }) => id))
  const missing = before.filter(({ id }) => !ids.has(id))
  const kept = [...found, ...missing]
  return columnKinds.flatMap((kind) => kept.filter((column) => column.kind === kind))
}

/** Whether two lists of columns are the same. */
export function sameColumns(a: readonly TableColumn[], b: readonly TableColumn[]): boolean {
  return a.length === b.length && a.every(({ id, label }, at) => b[at]?.id === id && b[at]?.label === label)
}

/** The columns that are shown: the chosen ones that there are, in the order chosen; without a choice those shown at first. */
export function shownColumns(
  all: readonly TableColumn[],
  chosen: readonly string[] | undefined,
): readonly TableColumn[] {
  if (chosen === undefined) return all.filter(({ first }) => first)
  const byId = new Map(all.map((column) => [column.id, column]))
  return chosen.flatMap((id) => byId.get(id) ?? [])
}

/**
 * The choice after a column was shown or hidden. A column that is added comes where the list of columns has it; chosen columns
 * that the view lacks at the moment stay chosen.
 */
export function toggleColumn(
  all: readonly TableColumn[],
  chosen: readonly string[] | undefined,
  id: string,
): readonly string[] {
  const held = chosen ?? shownColumns(all, undefined).map((column) => column.id)
  if (held.includes(id)) return held.filter((one) => one !== id)
  const place = new Map(all.map((column, at) => [column.id, at]))
  const own = place.get(id) ?? all.length
  const at = held.findIndex((one) => (place.get(one) ?? -1) > own)
  return at < 0 ? [...held, id] : [...held.slice(0, at), id, ...held.slice(at)]
}

/** The name of a view as the head of a column with one of its nodes in each cell: `Host`, `Compose service`, `Image`. */
function singular(name: string): string {
  const by = / by (.*)$/.exec(name)?.[1]
  if (by !== undefined) return by.charAt(0).toUpperCase() + by.slice(1)
  return name.replace(/(s)es$|s$/, '$1')
}

function byPriority(
  a: { readonly priority?: number; readonly label: string },
  b: { readonly priority?: number; readonly label: string },
): number {
  return (a.priority ?? 0) - (b.priority ?? 0) || byLabel(a, b)
}

function byLabel(a: { readonly label: string }, b: { readonly label: string }): number {
  return a.label < b.label ? -1 : a.label > b.label ? 1 : 0
}
