import type { MetricRow } from '../../../api/types.ts'
import { metrics as ids } from '../../../report/facts.ts'
import type { Metric, ReportNode, Topology } from '../../../report/schema.ts'
import type { ReportIndex } from '../../reports/report-index.ts'

type MetricTemplate = Pick<MetricRow, 'id' | 'label' | 'format' | 'group' | 'priority'>

const templates: Readonly<Record<Topology, readonly MetricTemplate[]>> = {
  process: [
    { id: ids.processCpu, label: 'CPU', format: 'percent', priority: 1 },
    { id: ids.processMemory, label: 'Memory', format: 'filesize', priority: 2 },
    { id: ids.processOpenFiles, label: 'Open files', format: 'integer', priority: 3 },
    { id: ids.processThreads, label: 'Threads', format: 'integer', priority: 4 },
  ],
  container: [
    { id: ids.containerCpu, label: 'CPU', format: 'percent', priority: 1 },
    { id: ids.containerMemory, label: 'Memory', format: 'filesize', priority: 2 },
    { id: ids.containerNetworkReceived, label: 'Received', format: 'rate', group: 'network', priority: 11 },
    { id: ids.containerNetworkSent, label: 'Sent', format: 'rate', group: 'network', priority: 12 },
    { id: ids.containerBlockRead, label: 'Read from disk', format: 'rate', group: 'disk', priority: 13 },
    { id: ids.containerBlockWritten, label: 'Written to disk', format: 'rate', group: 'disk', priority: 14 },
  ],
  container_image: [],
  host: [
    { id: ids.hostCpu, label: 'CPU', format: 'percent', priority: 1 },
    { id: ids.hostMemory, label: 'Memory', format: 'filesize', priority: 2 },
    { id: ids.load1, label: 'Load (1 min)', format: 'number', group: 'load', priority: 11 },
    { id: ids.load5, label: 'Load (5 min)', format: 'number', group: 'load', priority: 12 },
    { id: ids.load15, label: 'Load (15 min)', format: 'number', group: 'load', priority: 13 },
  ],
}

/** A sample of a metric. */
export interface DatedSample {
  /** ISO 8601 on the app's clock. */
  readonly date: string
  readonly value: number
  /** If the sample replaces several, the largest of their values; `value` is then their mean. */
  readonly max?: number
}

/** Truncates to two decimals rather than rounding, so that 99.999 % does not become 100 %. */
const twoDecimals = (value: number): number => Math.trunc(value * 100) / 100

type Rows = readonly MetricRow[] | undefined

const rowsByNode = (): Map<string, Rows> => new Map()

/** The metrics of a node with their newest values, without samples. Undefined when there are none. */
export const metricRowsOf = (
  index: ReportIndex,
  { id, topology }: Pick<ReportNode, 'id' | 'topology'>,
): Rows => {
  const metrics = index.metrics.get(id)
  if (metrics === undefined) return undefined
  const byNode = index.derived.of(rowsByNode, undefined)
  if (byNode.has(id)) return byNode.get(id)
  const rows = makeRows(topology, metrics)
  byNode.set(id, rows)
  return rows
}

const makeRows = (topology: Topology, metrics: readonly Metric[]): Rows => {
  const rows = templates[topology].flatMap((template) => {
    const metric = metrics.find(({ id }) => id === template.id)
    const values = metric?.samples.map(([, value]) => value) ?? []
    const newest = values.at(-1)
    if (metric === undefined || newest === undefined) return []
    return [{ ...template, ...range(values, metric.max), value: twoDecimals(newest), samples: null, url: '' }]
  })
  return rows.length > 0 ? rows : undefined
}

/** Adds the held samples to rows; minimum and maximum are taken over them. */
export const withSamples = (
  rows: readonly MetricRow[],
  samplesOf: (metricId: string) => readonly DatedSample[],
  limitOf: (metricId: string) => number | undefined,
): MetricRow[] =>
  rows.map((row) => {
    const samples = samplesOf(row.id)
    const values = [row.value, ...samples.flatMap(({ value, max = value }) => [value, max])]
    return { ...row, ...range(values, limitOf(row.id)), samples }
  })

const range = (values: readonly number[], limit: number | undefined) => ({
  min: twoDecimals(values.reduce((a, b) => Math.min(a, b))),
  max: limit ?? twoDecimals(values.reduce((a, b) => Math.max(a, b))),
  ...(limit === undefined ? {} : { maxIsLimit: true as const }),
})
