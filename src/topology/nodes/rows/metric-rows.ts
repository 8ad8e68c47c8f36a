import type { MetricRow } from '../../../api/types.ts'
import { metrics as ids } from '../../../report/facts.ts'
import type { Metric, Topology } from '../../../report/schema.ts'

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

const remembered = new WeakMap<
  readonly Metric[],
  { readonly topology: Topology; readonly rows: readonly MetricRow[] | undefined }
>()

/**
 * The metrics of a node with their newest values, without samples. Undefined when there are none. Cached by the array
 * of metrics.
 *
 * @param metrics the node's metrics in one report; pass the same array each time
 */
export const metricRows = (
  topology: Topology,
  metrics: readonly Metric[] | undefined,
): readonly MetricRow[] | undefined => {
  if (metrics === undefined) return undefined
  const known = remembered.get(metrics)
  if (known?.topology === topology) return known.rows
  const rows = makeRows(topology, metrics)
  remembered.set(metrics, { topology, rows })
  return rows
}

const makeRows = (topology: Topology, metrics: readonly Metric[]): readonly MetricRow[] | undefined => {
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
