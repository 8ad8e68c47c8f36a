import type { MetricRow, NodeSummary } from '../../api/types.ts'
import type { Cell, MetricKind, NodeBase } from '../frame.ts'
import type { Splitter } from './split.ts'

/** Cells of one metric: its `value`, `min` and `max`. */
const PER_METRIC = 3

/** Nodes, apart. Their cells are those of their metrics, three of each. Targets are left out: the edges tell them. */
export const nodeCells: Splitter<NodeSummary, NodeBase> = {
  split({ metrics, adjacency: _, ...rest }) {
    if (metrics === undefined) return { base: rest, cells: [] }
    const cells: Cell[] = []
    const kinds = metrics.map(({ value, min, max, samples: __, ...kind }): MetricKind => {
      cells.push(value, min, max)
      return kind
    })
    return { base: { ...rest, metrics: kinds }, cells }
  },

  join({ metrics: kinds, ...rest }, cells) {
    if (kinds === undefined) return rest
    const metrics = kinds.map((kind, i): MetricRow => {
      const [value, min, max] = cells.slice(i * PER_METRIC, (i + 1) * PER_METRIC)
      return { ...kind, value: value ?? 0, min: min ?? 0, max: max ?? 0, samples: null }
    })
    return { ...rest, metrics }
  },
}
