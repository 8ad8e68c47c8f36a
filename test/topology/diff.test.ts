import { describe, expect, test } from 'vitest'
import type { Metric } from '../../src/report/schema.ts'
import { diffViews } from '../../src/topology/diff.ts'
import { Pipeline } from '../../src/topology/pipeline/pipeline.ts'
import { renderView } from '../../src/topology/render.ts'
import {
  containerId,
  containerNode,
  held,
  pair,
  processNode,
  type ReportParts,
  report,
} from '../support/reports/reports.ts'

const parts = (seq: number, more: ReportParts = {}): ReportParts => ({
  seq,
  uptimeMs: 10_000 + seq * 1000,
  nodes: [
    containerNode('alpha', 'web'),
    containerNode('alpha', 'db'),
    processNode('alpha', 10, { container: 'web' }),
    processNode('alpha', 20, { container: 'db' }),
  ],
  connections: [pair('alpha;10', 'alpha;20', 80, { opened: 3 })],
  ...more,
})

const cpu = (value: number): Metric[] => [
  { node: containerId('web'), id: 'docker_cpu_total_usage', max: 100, samples: [[0, value]] },
]

const views = (...reports: readonly ReportParts[]) => {
  const pipeline = new Pipeline()
  let rateBase: ReturnType<typeof report> | undefined
  return reports.map((given) => {
    const now = report(given)
    const view = pipeline.view('containers', {}, [held(now, rateBase ? { rateBase } : {})])
    rateBase = now
    return view
  })
}

describe('diffs', () => {
  test('at first, everything', () => {
    const [view] = views(parts(1))
    const diff = view && diffViews(undefined, view)
    expect(diff?.reset).toBe(true)
    expect(diff?.add).toHaveLength(2)
    expect(diff?.edges.add).toHaveLength(1)
  })

  test('an empty view has a first diff, too', () => {
    expect(diffViews(undefined, renderView('containers', {}, []))).toEqual({
      add: null,
      update: null,
      remove: null,
      reset: true,
      edges: { add: null, update: null, remove: null },
    })
  })

  test('a new report that says the same gives the same objects and no diff', () => {
    const [first, second] = views(parts(1, { metrics: cpu(5) }), parts(2, { metrics: cpu(5) }))
    if (first === undefined || second === undefined) throw new Error('two views expected')
    expect(diffViews(first, second)).toBeUndefined()
    for (const [id, node] of second.nodes) expect(node).toBe(first.nodes.get(id))
    for (const [id, edge] of second.edges) expect(edge).toBe(first.edges.get(id))
  })

  test('the same reports give the same view', () => {
    const reports = [held(report(parts(1)))]
    const pipeline = new Pipeline()
    expect(pipeline.view('containers', {}, reports)).toBe(pipeline.view('containers', {}, [...reports]))
  })

  test('a metric that moved touches its node and no other', () => {
    const [first, second] = views(parts(1, { metrics: cpu(5) }), parts(2, { metrics: cpu(6) }))
    const diff = second && diffViews(first, second)
    expect(diff?.update?.map(({ label }) => label)).toEqual(['web'])
    expect(diff?.edges).toEqual({ add: null, update: null, remove: null })
  })

  test('traffic touches the edge and no node', () => {
    const [first, second] = views(
      parts(1),
      parts(2, { connections: [pair('alpha;10', 'alpha;20', 80, { opened: 4 })] }),
    )
    const diff = second && diffViews(first, second)
    expect([diff?.add, diff?.update, diff?.remove]).toEqual([null, null, null])
    expect(diff?.edges.update?.map(({ opened, openedPerSecond }) => [opened, openedPerSecond])).toEqual([
      [4, 1],
    ])
  })

  test('come and gone', () => {
    const [first, second] = views(
      parts(1),
      parts(2, { nodes: [containerNode('alpha', 'new'), containerNode('alpha', 'web')], connections: [] }),
    )
    const diff = second && diffViews(first, second)
    expect(diff?.add?.map(({ label }) => label)).toEqual(['new'])
    expect(diff?.remove).toEqual([containerId('db')])
    expect(diff?.update?.map(({ label, adjacency }) => [label, adjacency])).toEqual([['web', undefined]])
    expect(diff?.edges.remove).toHaveLength(1)
  })
})
