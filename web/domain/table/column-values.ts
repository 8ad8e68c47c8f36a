import type { MetadataRow, MetricRow } from '../../../src/api/types.ts'
import { badgeHints, badgeWords } from '../node/badge-words.ts'
import { factText } from '../node/fact-text.ts'
import { bytesPerSecond, count, metricValue, perSecond } from '../words/format.ts'
import type { CellValue, TableColumn } from './column.ts'
import { type PropertyName, propertyOrder, propertyValue } from './properties.ts'
import type { Traffic } from './traffic.ts'

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

/** The newest value of a metric. */
export function metricColumn({ id, label, priority, format }: MetricRow): TableColumn {
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

/** What the connections of nodes sum up to. */
export const trafficColumns: readonly TableColumn[] = [
  trafficColumn('open', 'Open', true, count),
  trafficColumn('openedPerSecond', 'Opened', false, perSecond),
  trafficColumn('failed', 'Failed', true, count, true),
  trafficColumn('failedPerSecond', 'Failing', false, perSecond, true),
  trafficColumn('sentPerSecond', 'Sends', true, bytesPerSecond),
  trafficColumn('receivedPerSecond', 'Receives', true, bytesPerSecond),
  trafficColumn('clients', 'Clients', false, count),
  trafficColumn('servers', 'Servers', false, count),
]

/** What is wrong, in words. */
export const stateColumn: TableColumn = {
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

/** What of a view nodes are part of. @param name head of the column */
export function parentColumn(viewId: string, name: string): TableColumn {
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

/** A fact, by its data type. */
export function factColumn({ id, label, priority = 0, dataType }: MetadataRow): TableColumn {
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

/** A label, an environment variable, or what is told of an image. */
export function propertyColumn(property: PropertyName): TableColumn {
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
