import type { MetricRow, NodeSummary } from '../../api/types.ts'
import type { Cell, MetricKind, NodeBase } from '../frame.ts'
import { addMoved, equalBut, type Join, type Splitter } from './split.ts'

/** Cells of one metric: its `value`, `min` and `max`. */
const PER_METRIC = 3

/** Nodes, apart. Their cells are those of their metrics, three of each. Targets are left out: the edges tell them. */
export const nodeCells: Splitter<NodeSummary, NodeBase> = {
  base({ metrics, adjacency: _, ...rest }) {
    if (metrics === undefined) return rest
    const kinds = metrics.map(({ value: _, min: __, max: ___, samples: ____, ...kind }): MetricKind => kind)
    return { ...rest, metrics: kinds }
  },

  isSameBase: (a, b) => equalBut(a, b, ['metrics', 'adjacency']) && hasSameKinds(a.metrics, b.metrics),

  cells({ metrics = [] }) {
    const cells: Cell[] = []
    for (const { value, min, max } of metrics) cells.push(value, min, max)
    return cells
  },

  moved({ metrics: before }, { metrics: now }, moved = []) {
    if (before === now || now === undefined) return moved
    for (let i = 0; i < now.length; i++) {
      const was = before?.[i]
      const is = now[i]
      if (is === undefined || was === is) continue
      const at = PER_METRIC * i
      addMoved(moved, at, was?.value ?? null, is.value)
      addMoved(moved, at + 1, was?.min ?? null, is.min)
      addMoved(moved, at + 2, was?.max ?? null, is.max)
    }
    return moved
  },
}

/** A node, put together for those who read it. */
export const joinNode: Join<NodeBase, NodeSummary> = ({ metrics: kinds, ...rest }, cells) => {
  if (kinds === undefined) return rest
  const metrics = kinds.map((kind, i): MetricRow => {
    const [value, min, max] = cells.slice(i * PER_METRIC, (i + 1) * PER_METRIC)
    return { ...kind, value: value ?? 0, min: min ?? 0, max: max ?? 0, samples: null }
  })
  return { ...rest, metrics }
}

type Metrics = NodeSummary['metrics']

const hasSameKinds = (a: Metrics, b: Metrics): boolean => {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!isSameKind(a[i], b[i])) return false
  return true
}

/** Whether two metrics have equal {@link MetricKind}s. Written out, because those of all nodes are compared each second. */
const isSameKind = (a: MetricRow | undefined, b: MetricRow | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.id === b.id &&
    a.label === b.label &&
    a.format === b.format &&
    a.group === b.group &&
    a.priority === b.priority &&
    a.maxIsLimit === b.maxIsLimit &&
    a.url === b.url)
