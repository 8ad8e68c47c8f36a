import type { MetricRow } from '../../../api/types.ts'
import { metrics as ids } from '../../../report/facts.ts'
import type { Metric, ReportNode, Topology } from '../../../report/schema.ts'
import type { Memory } from '../../reports/index/memory.ts'
import type { NodeMetrics } from '../../reports/index/node-metrics.ts'
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

/** The rows of a node's metrics, which are made again for each report. */
interface Measured {
  /** The layout of the metrics in which those of the node were found. */
  readonly layout: Memory
  /** Where the metrics of the node begin. */
  readonly start: number
  /** For each of the templates, where its metric is among those of the node; negative when there is none. */
  readonly offsets: readonly number[]
  rows: Rows
  /** The version of the metrics that the rows were made of. */
  version: number
}

const measuredNodes = (): WeakMap<ReportNode, Measured> => new WeakMap()

/**
 * The metrics of a node with their newest values, without samples. Undefined when there are none. The same array as long as
 * neither the node nor a number changes, whichever other nodes come or go.
 */
export const metricRowsOf = ({ metrics, lasting }: ReportIndex, node: ReportNode): Rows => {
  const { layout, version } = metrics
  const byNode = lasting.of(measuredNodes, undefined)
  const known = byNode.get(node)
  if (known?.layout === layout) {
    if (known.version === version) return known.rows
    known.rows = makeRows(node.topology, known, metrics)
    known.version = version
    return known.rows
  }
  const start = metrics.startOf(node.id)
  if (start === undefined) return undefined
  const offsets = layout.of(sharedOffsets, undefined)(node.topology, metrics.of(node.id))
  const measured: Measured = { layout, start, offsets, rows: known?.rows, version }
  measured.rows = makeRows(node.topology, measured, metrics)
  byNode.set(node, measured)
  return measured.rows
}

/** Where the metrics are that templates have rows for: one list for all nodes of which the same is measured. */
const sharedOffsets = () => {
  const known = new Map<string, readonly number[]>()
  return (topology: Topology, metrics: readonly Metric[]): readonly number[] => {
    const offsets = templates[topology].map((template) => metrics.findIndex(({ id }) => id === template.id))
    const key = offsets.join()
    if (!known.has(key)) known.set(key, offsets)
    return known.get(key) ?? offsets
  }
}

/** The same rows as before where they say the same. */
const makeRows = (
  topology: Topology,
  { start, offsets, rows: earlier }: Measured,
  metrics: NodeMetrics,
): Rows => {
  // As long as those before, it needs no room for more.
  const rows = earlier?.slice() ?? []
  let count = 0
  let isSame = true
  let at = 0
  for (const template of templates[topology]) {
    const offset = offsets[at++] ?? -1
    const metric = offset < 0 ? undefined : metrics.at(start + offset)
    const row = metric && rowOf(template, metric, earlier?.[count])
    if (row === undefined) continue
    if (row !== earlier?.[count]) isSame = false
    rows[count++] = row
  }
  if (isSame && count === (earlier?.length ?? 0)) return earlier
  rows.length = count
  if (count === 0) return undefined
  return count === earlier?.length ? rows : withoutRoom(rows)
}

/**
 * A row of a metric; undefined when it has no samples. Its fields are written out, because each second rows are made for thousands of
 * metrics.
 *
 * @param earlier the row in its place before, which is returned if it says the same
 */
const rowOf = (
  { id, label, format, group, priority }: MetricTemplate,
  { max: limit, samples: measured }: Metric,
  earlier: MetricRow | undefined,
): MetricRow | undefined => {
  const newest = measured.at(-1)
  if (newest === undefined) return undefined
  let [, smallest] = newest
  let largest = smallest
  for (const sample of measured) {
    if (sample[1] < smallest) smallest = sample[1]
    if (sample[1] > largest) largest = sample[1]
  }
  const value = twoDecimals(newest[1])
  const min = twoDecimals(smallest)
  const max = limit ?? twoDecimals(largest)
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
