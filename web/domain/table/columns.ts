import type { MetadataRow, MetricRow, NodeSummary } from '../../../src/api/types.ts'
import type { MapNode } from '../graph/graph.ts'
import { badgeHints, badgeWords } from '../node/badge-words.ts'
import { factText } from '../node/fact-text.ts'
import { bytesPerSecond, count, metricValue, perSecond } from '../words/format.ts'
import { type PropertyName, propertiesOf, propertyOrder, propertyValue } from './properties.ts'
import type { Traffic } from './traffic.ts'

/** What a column is about, as the list of columns is divided. */
export const columnKinds = [
  'Metrics',
  'Connections',
  'Part of',
  'Facts',
  'Image',
  'Environment',
  'Labels',
] as const

/** One of {@link columnKinds}. */
export type ColumnKind = (typeof columnKinds)[number]

/** A node of the view as a row of the table. */
export interface TableNode {
  readonly id: string
  readonly node: MapNode
  /** Undefined when the node has no edge. */
  readonly traffic: Traffic | undefined
}

/** A value in a cell. */
export interface CellValue {
  readonly text: string
  /** The exact value, for a tooltip and for files: a plain number, an ISO 8601 date, or the whole text. */
  readonly full: string
  readonly order: number | string
  /** Of a list of several, its entries. */
  readonly items?: readonly string[]
  /** To be set in the monospaced font. */
  readonly mono?: boolean
  /** Something is wrong. */
  readonly trouble?: boolean
}

/** A column besides the name. */
export interface TableColumn {
  readonly id: string
  readonly label: string
  readonly kind: ColumnKind
  /** Its values are numbers, set to the right. */
  readonly numeric: boolean
  /** Whether it is shown unless somebody chooses. */
  readonly first: boolean
  /** The value of a node; undefined = none. @param nowMs the time that "12 s ago" refers to */
  readonly valueOf: (of: TableNode, nowMs: number) => CellValue | undefined
}

/** Facts of the first priorities are shown at first, unless they are this long or about the image's file. */
const firstPriority = 4

/** Facts that the name, a parent or a badge says already. */
const notFirst: ReadonlySet<string> = new Set([
  'docker_image_name',
  'docker_container_command',
  'cmdline',
  'ppid',
  'kernel_version',
])

const numericFacts: ReadonlySet<MetadataRow['dataType']> = new Set([
  'number',
  'bytes',
  'duration',
  'microseconds',
])

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

function metricColumn({ id, label, priority, format }: MetricRow): TableColumn {
  return {
    id,
    label,
    kind: 'Metrics',
    numeric: true,
    first: priority < 10,
    valueOf({ node }) {
      const metric = node.metrics?.find((one) => one.id === id)
      if (!metric) return undefined
      return { text: metricValue(format, metric.value), full: String(metric.value), order: metric.value }
    },
  }
}

function trafficColumn(
  name: keyof Traffic,
  label: string,
  first: boolean,
  words: (value: number) => string,
  trouble = false,
): TableColumn {
  return {
    id: `connections.${name}`,
    label,
    kind: 'Connections',
    numeric: true,
    first,
    valueOf({ traffic }) {
      const value = traffic?.[name] ?? 0
      // An empty cell says "none" with less noise; files and the order of rows have the zero.
      return {
        text: value > 0 ? words(value) : '',
        full: String(value),
        order: value,
        ...(trouble && value > 0 ? { trouble } : {}),
      }
    },
  }
}

const trafficColumns: readonly TableColumn[] = [
  trafficColumn('open', 'Open', true, count),
  trafficColumn('openedPerSecond', 'Opened', false, perSecond),
  trafficColumn('failed', 'Failed', true, count, true),
  trafficColumn('failedPerSecond', 'Failing', false, perSecond, true),
  trafficColumn('sentPerSecond', 'Sends', true, bytesPerSecond),
  trafficColumn('receivedPerSecond', 'Receives', true, bytesPerSecond),
  trafficColumn('clients', 'Clients', false, count),
  trafficColumn('servers', 'Servers', false, count),
]

const stateColumn: TableColumn = {
  id: 'badge',
  label: 'Trouble',
  kind: 'Facts',
  numeric: false,
  first: false,
  valueOf({ node }) {
    const text = badgeWords(node)
    if (text === undefined) return undefined
    // Numbers of members would tear apart in the order of rows what is in the same trouble.
    const order = node.state ?? text
    const isAlarm = node.state !== undefined || node.watch?.kind === 'silent'
    return { text, full: badgeHints(node).join('\n'), order, ...(isAlarm && { trouble: true }) }
  },
}

function parentColumn(viewId: string, name: string): TableColumn {
  return {
    id: `part-of.${viewId}`,
    label: name,
    kind: 'Part of',
    numeric: false,
    first: viewId === 'hosts',
    valueOf({ node }) {
      const labels = (node.parents ?? []).flatMap(({ topologyId, label }) =>
        topologyId === viewId ? [label] : [],
      )
      return labels.some((label) => label !== '') ? listValue(labels) : undefined
    },
  }
}

/** The name of a view as the head of a column with one of its nodes in each cell: `Host`, `Compose service`, `Image`. */
function singular(name: string): string {
  const by = / by (.*)$/.exec(name)?.[1]
  if (by !== undefined) return by.charAt(0).toUpperCase() + by.slice(1)
  return name.replace(/(s)es$|s$/, '$1')
}

function factColumn({ id, label, priority = 0, dataType }: MetadataRow): TableColumn {
  return {
    id,
    label,
    kind: 'Facts',
    numeric: numericFacts.has(dataType),
    first: priority <= firstPriority && !notFirst.has(id),
    valueOf({ node }, nowMs) {
      const fact = node.metadata?.find((one) => one.id === id)
      if (!fact || fact.value === '') return undefined
      const { shown, full, mono, items = fact.value.split('\n') } = factText(fact, nowMs)
      if (items.length > 1) return { ...listValue(items), mono }
      const order = orderOf(fact)
      return { text: shown, full: typeof order === 'number' ? fact.value : full, order, mono }
    },
  }
}

function orderOf({ value, dataType }: MetadataRow): number | string {
  const order =
    dataType === 'datetime' ? Date.parse(value) : numericFacts.has(dataType) ? Number(value) : value
  return typeof order === 'number' && Number.isNaN(order) ? value : order
}

/** Several values on one line. */
function listValue(items: readonly string[]): CellValue {
  const text = items.join(', ')
  return { text, full: text, order: text, ...(items.length > 1 && { items }) }
}

function propertyColumn(property: PropertyName): TableColumn {
  const { id, label, kind } = property
  return {
    ...{ id, label, kind },
    numeric: false,
    first: false,
    valueOf({ node }) {
      const value = propertyValue(node, property)
      return value ? { text: value, full: value, order: propertyOrder(value, kind) } : undefined
    },
  }
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
