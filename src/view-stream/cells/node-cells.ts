import type { MetricRow, NodeSummary } from '../../api/types.ts'
import type { Cell, MetricKind, NodeBase } from '../frame.ts'
import { addIfMoved, equalBut, type Splitter } from './split.ts'

/** What of a node is no part of its base. */
const APART = ['metrics', 'adjacency'] as const
/** Cells of one metric: its `value`, `min` and `max`. */
const PER_METRIC = 3

/** Nodes, apart. Their cells are those of their metrics, three of each. Targets are left out: the edges tell them. */
export const nodeCells: Splitter<NodeSummary, NodeBase> = {
  base({ metrics, adjacency: _, ...rest }) {
    if (metrics === undefined) return rest
    const kinds = metrics.map(({ value: _, min: __, max: ___, samples: ____, ...kind }): MetricKind => kind)
    return { ...rest, metrics: kinds }
  },

  isSameBase: (a, b) => equalBut(a, b, APART) && hasSameKinds(a.metrics, b.metrics),

  cells({ metrics = [] }) {
    const cells: Cell[] = []
    for (const { value, min, max } of metrics) cells.push(value, min, max)
    return cells
  },

  addMoved({ metrics: before = [] }, { metrics: now = [] }, row) {
    if (before === now) return
    for (let i = 0; i < now.length; i++) {
      const [was, is] = [before[i], now[i]]
      const at = i * PER_METRIC
      addIfMoved(row, at, was?.value ?? null, is?.value ?? null)
      addIfMoved(row, at + 1, was?.min ?? null, is?.min ?? null)
      addIfMoved(row, at + 2, was?.max ?? null, is?.max ?? null)
    }
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

type Metrics = NodeSummary['metrics']

/** What of a metric is a number that moves, or is not told here. */
const NUMBERS = ['value', 'min', 'max', 'samples'] as const

const hasSameKinds = (a: Metrics, b: Metrics): boolean => {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const [row, other] = [a[i], b[i]]
    if (row === undefined || other === undefined || !equalBut(row, other, NUMBERS)) return false
  }
  return true
}
