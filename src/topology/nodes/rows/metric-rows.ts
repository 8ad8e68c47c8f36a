import type { MetricRow } from '../../../api/types.ts'
import { metrics as ids } from '../../../report/facts.ts'
import type { Metric, ReportNode, Topology } from '../../../report/schema.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { withoutRoom } from '../../without-room.ts'

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

interface Remembered {
  readonly rows: Rows
  madeOf: readonly Metric[]
}

const remembered = (): WeakMap<ReportNode, Remembered> => new WeakMap()

/**
 * The metrics of a node with their newest values, without samples. Undefined when there are none. The same array as long as
 * neither the node nor a number changes.
 */
export const metricRowsOf = (index: ReportIndex, node: ReportNode): Rows => {
  const metrics = index.metrics.get(node.id)
  if (metrics === undefined) return undefined
  const byNode = index.lasting.of(remembered, undefined)
  const known = byNode.get(node)
  if (known !== undefined && sayTheSame(known.madeOf, metrics)) {
    known.madeOf = metrics
    return known.rows
  }
  const rows = makeRows(node.topology, metrics, known?.rows)
  byNode.set(node, { rows, madeOf: metrics })
  return rows
}

/** Whether metrics have the same values, however old their samples are. */
const sayTheSame = (before: readonly Metric[], now: readonly Metric[]): boolean => {
  if (before === now) return true
  if (before.length !== now.length) return false
  for (let i = 0; i < now.length; i++) {
    const [known, metric] = [before[i], now[i]]
    if (known === undefined || metric === undefined || !saysTheSame(known, metric)) return false
  }
  return true
}

const saysTheSame = (known: Metric, metric: Metric): boolean => {
  if (known === metric) return true
  if (known.id !== metric.id || known.max !== metric.max) return false
  if (known.samples.length !== metric.samples.length) return false
  for (let n = 0; n < metric.samples.length; n++)
    if (known.samples[n]?.[1] !== metric.samples[n]?.[1]) return false
  return true
}

/** @param earlier rows of these metrics, of which those are taken that say the same */
const makeRows = (topology: Topology, metrics: readonly Metric[], earlier: Rows): Rows => {
  const rows: MetricRow[] = []
  for (const template of templates[topology]) {
    const metric = metricOf(metrics, template.id)
    const newest = metric?.samples.at(-1)
    if (metric === undefined || newest === undefined) continue
    let [, min] = newest
    let max = min
    for (const sample of metric.samples) {
      if (sample[1] < min) min = sample[1]
      if (sample[1] > max) max = sample[1]
    }
    rows.push(
      rowOf(
        template,
        { value: twoDecimals(newest[1]), min: twoDecimals(min), max: twoDecimals(max), limit: metric.max },
        earlier?.[rows.length],
      ),
    )
  }
  return rows.length > 0 ? withoutRoom(rows) : undefined
}

const metricOf = (metrics: readonly Metric[], id: string): Metric | undefined => {
  for (const metric of metrics) if (metric.id === id) return metric
  return undefined
}

/** What a metric shows, and its limit if it has one. */
interface Shown {
  readonly value: number
  readonly min: number
  readonly max: number
  readonly limit: number | undefined
}

/**
 * A row of a metric. Its fields are written out, because each second rows are made for thousands of metrics.
 *
 * @param earlier the row in its place before, which is returned if it says the same
 */
const rowOf = (
  { id, label, format, group, priority }: MetricTemplate,
  { value, min, max: largest, limit }: Shown,
  earlier: MetricRow | undefined,
): MetricRow => {
  const max = limit ?? largest
  const isLimited = limit !== undefined
  if (
    earlier?.id === id &&
    earlier.value === value &&
    earlier.min === min &&
    earlier.max === max &&
    (earlier.maxIsLimit === true) === isLimited
  )
    return earlier
  const samples = null
  const url = ''
  if (group === undefined)
    return isLimited
      ? { id, label, format, priority, min, max, maxIsLimit: true, value, samples, url }
      : { id, label, format, priority, min, max, value, samples, url }
  return isLimited
    ? { id, label, format, group, priority, min, max, maxIsLimit: true, value, samples, url }
    : { id, label, format, group, priority, min, max, value, samples, url }
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
    const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
    return { ...row, ...range(min, max, limitOf(row.id)), samples }
  })

const range = (min: number, max: number, limit: number | undefined) => ({
  min: twoDecimals(min),
  max: limit ?? twoDecimals(max),
  ...(limit === undefined ? {} : { maxIsLimit: true as const }),
})
