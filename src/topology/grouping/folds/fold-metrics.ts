import type { MetricRow } from '../../../api/types.ts'
import { facts, metrics as ids } from '../../../report/facts.ts'
import { metricRowsOf } from '../../nodes/rows/metric-rows.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { numberFact } from '../../reports/node-facts.ts'
import type { FoldedNode } from './fold.ts'

/** Metrics that are relative to the machine that they are measured on. */
const RELATIVE: ReadonlySet<string> = new Set([ids.hostCpu, ids.load1, ids.load5, ids.load15])

/** Whether a group of nodes has the mean of a metric, and not the sum. */
export const isMeanOfGroup = (metricId: string): boolean => RELATIVE.has(metricId)

/**
 * Sums the metrics of processes or containers. The maximum is the sum of their maxima, but on each host no more than
 * the host has. Of hosts, memory is summed as well, and of CPU and load it is the mean, since these are relative to each machine. Undefined
 * when nothing is measured.
 */
export const foldMetrics = (folded: Iterable<FoldedNode>): readonly MetricRow[] | undefined => {
  const sums = new Map<string, MetricSum>()
  for (const { node, index } of folded) {
    for (const row of metricRowsOf(index, node) ?? []) {
      let sum = sums.get(row.id)
      if (sum === undefined) {
        sum = {
          row,
          isMean: isMeanOfGroup(row.id),
          count: 0,
          value: 0,
          min: 0,
          isLimited: true,
          maxByIndex: new Map(),
        }
        sums.set(row.id, sum)
      }
      sum.count += 1
      sum.value += row.value
      sum.min += row.min
      if (!row.maxIsLimit) sum.isLimited = false
      sum.maxByIndex.set(index, (sum.maxByIndex.get(index) ?? 0) + row.max)
    }
  }
  if (sums.size === 0) return undefined
  return [...sums.values()]
    .map(({ row: { maxIsLimit: _, ...row }, isMean, count, value, min, isLimited, maxByIndex }) => {
      const max = [...maxByIndex].reduce(
        (total, [index, of]) => total + (isMean ? of : Math.min(of, capacityOf(index, row.format))),
        0,
      )
      const by = isMean ? count : 1
      return {
        ...row,
        value: rounded(value / by),
        min: rounded(min / by),
        max: rounded(Math.max(max, value) / by),
        ...(isLimited ? { maxIsLimit: true as const } : {}),
      }
    })
    .sort((a, b) => a.priority - b.priority)
}

interface MetricSum {
  readonly row: MetricRow
  /** Whether the mean of the values is shown instead of their sum. */
  readonly isMean: boolean
  count: number
  value: number
  min: number
  /** Whether every summed metric has a limit. */
  isLimited: boolean
  readonly maxByIndex: Map<ReportIndex, number>
}

/**
 * The host's capacity for metrics of this format: CPU in percent of one core, or memory in bytes. Infinity when
 * unknown.
 */
const capacityOf = (index: ReportIndex, format: MetricRow['format']): number => {
  const host = index.nodes.get(index.hostNode)
  if (host === undefined) return Infinity
  if (format === 'percent') {
    const cores = numberFact(host, facts.cpuCount)
    return cores === undefined ? Infinity : 100 * cores
  }
  if (format !== 'filesize') return Infinity
  return index.metrics.of(host.id).find(({ id }) => id === ids.hostMemory)?.max ?? Infinity
}

const rounded = (value: number): number => Math.round(value * 100) / 100
