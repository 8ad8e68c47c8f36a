import { beforeEach, expect, it } from 'vitest'
import { KeptChunks } from '../../../src/app/http/sending/kept-chunks.ts'
import { type Render, Renders } from '../../../src/app/views/renders.ts'
import { facts, metrics } from '../../../src/report/facts.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import type { AskedQuery } from '../../../src/topology/query/filter/view-filter.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { held, pair, processNode, report } from '../../support/reports/reports.ts'

const options = { unconnected: 'show' }
const filterOf = (text: string): AskedQuery => ({ text, query: parseQuery(text) })

let now: readonly HeldReport[]
let renders: Renders

/** Three processes of which the first two talk, and the third uses so much CPU. */
const world = (...cpuOfThird: number[]) => [
  held(
    report({
      nodes: [1, 2, 3].map((pid) => processNode('alpha', pid, { name: `p${pid}` })),
      connections: [pair('alpha;1', 'alpha;2', 80), pair('alpha;1', 'alpha;3', 81)],
      metrics: cpuOfThird.map((value) => ({
        node: 'alpha;3',
        id: metrics.processCpu,
        samples: [[0, value]],
      })),
    }),
  ),
]

beforeEach(() => {
  now = world(1)
  renders = new Renders(
    () => now,
    () => new Pipeline(),
  )
})

const nodesOf = ({ view }: Render) => [...view.nodes.keys()]

it('makes what a query selects once, while nothing in it changes', () => {
  const first = renders.get('processes', options, filterOf('port:80'))
  expect(nodesOf(first)).toEqual(['alpha;1', 'alpha;2'])
  expect(renders.get('processes', options, filterOf('port:80'))).toBe(first)
  now = world(99)
  expect(renders.get('processes', options, filterOf('port:80'))).toBe(first)
})

it('makes anew what changes, out of what does not', () => {
  const first = renders.get('processes', options, filterOf('port:80 or cpu>50%'))
  now = world(99)
  const next = renders.get('processes', options, filterOf('port:80 or cpu>50%'))
  expect(nodesOf(next)).toEqual(['alpha;1', 'alpha;2', 'alpha;3'])
  expect(next.view.nodes.get('alpha;2')).toBe(first.view.nodes.get('alpha;2'))
  expect(next.view.query).toEqual({ text: 'port:80 or cpu>50%', matched: 3, hidden: 0 })
})

it('keeps apart what is asked for in different ways', () => {
  const ways = [undefined, filterOf('port:80'), filterOf('port:81')].map((filter) =>
    renders.get('processes', options, filter),
  )
  expect(new Set(ways).size).toBe(3)
  expect(ways.map(({ view }) => view.nodes.size)).toEqual([3, 2, 2])
})

it('answers about one node from the reports that a view was just made of, the longer the more probes there are', () => {
  let nowMs = 0
  const many = (uptimeMs: number) =>
    Array.from({ length: 20 }, (_, host) => held(report({ host: `host-${host}`, uptimeMs })))
  now = many(1000)
  const of = new Renders(
    () => now,
    () => new Pipeline(),
    new KeptChunks(),
    () => nowMs,
  )
  expect(of.recentReports()).toBe(now)
  const before = now
  of.get('processes', options)
  now = many(2000)
  nowMs = 100
  expect(of.recentReports()).toBe(before)
  nowMs = 101
  expect(of.recentReports()).toBe(now)
  of.get('processes', options)
  now = now.slice(0, 1)
  nowMs = 107
  expect(of.recentReports()).toBe(now)
})

it('makes what else is asked of the reports once, until they change', () => {
  let made = 0
  const ask = (key: string) => renders.once(key, () => ++made)
  expect([ask('a'), ask('a'), ask('b'), ask('a')]).toEqual([1, 1, 2, 1])
  now = world(2)
  expect([ask('a'), ask('a')]).toEqual([3, 3])
})

/** A host with eight workers of a program, the last of which has this pid. */
const workers = (lastPid: number) => [
  held(
    report({
      nodes: [11, 12, 13, 14, 15, 16, 17, lastPid].map((pid) =>
        processNode('alpha', pid, { name: 'worker', facts: { [facts.ppid]: 1 } }),
      ),
    }),
  ),
]

it('knows the members of a group that says what it said before, in a document that is the same', () => {
  const grouped = { unconnected: 'show', group: 'replicas' }
  now = workers(18)
  const before = renders.get('processes', grouped)
  const [group = ''] = before.view.nodes.keys()
  expect(before.view.nodes.size).toBe(1)
  now = workers(19)
  const { view, ungrouped } = renders.views('processes', grouped)
  expect(view.nodes.get(group)).toBe(before.view.nodes.get(group))
  expect(view.members?.get(group)).toContain('alpha;19')
  expect(view.members?.get(group)).not.toContain('alpha;18')
  expect(before.view.members?.get(group)).toContain('alpha;18')
  expect(ungrouped?.nodes.has('alpha;19')).toBe(true)

  const after = renders.get('processes', grouped)
  expect(after.document).toBe(before.document)
  now = workers(19)
  expect(renders.get('processes', grouped)).toBe(after)
})
