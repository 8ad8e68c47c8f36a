import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ConnectionsDocument, Edge, NodeSummary } from '../../../../src/api/types.ts'
import {
  createPointedEdge,
  type PointedEdge,
} from '../../../../web/components/tooltip/create-pointed-edge.ts'
import type { Selection } from '../../../../web/domain/address/route.ts'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { settings } from '../../../../web/settings.ts'
import { stubBrowser } from '../../support/browser-globals.ts'
import { edge, node } from '../../support/graph.ts'

const SINCE = '2026-01-01T10:00:00.000Z'
const document = {
  flows: [
    {
      client: { name: 'nginx' },
      server: { name: 'node' },
      port: 80,
      ...{ open: 1, opened: 2, failed: 0, abandoned: 0, lastSeen: SINCE },
    },
  ],
  failingSince: SINCE,
} as unknown as ConnectionsDocument

let dispose: () => void
let asked: (string | undefined)[]
let pointed: PointedEdge
let point: (id: string | undefined) => void
let select: (selection: Selection) => void
let show: (graph: Graph) => void

const graphOf = (edges: readonly Edge[], nodes: readonly NodeSummary[]): Graph => ({
  nodes: new Map(nodes.map((one) => [one.id, one])),
  edges: new Map(edges.map((one) => [one.id, one])),
})
const group = (id: string) => node(id, { group: { id, label: id }, stack: true })
const plain = [node('a'), node('b')]

beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://localhost/')
  asked = []
  createRoot((end) => {
    dispose = end
    const [id, setId] = createSignal<string>()
    const [selected, setSelected] = createSignal<Selection>()
    const [graph, setGraph] = createSignal(graphOf([], []))
    point = setId
    select = setSelected
    show = setGraph
    pointed = createPointedEdge(id, graph, selected, (edgeId) => () => {
      asked.push(edgeId())
      return edgeId() === undefined ? undefined : document
    })
  })
})
afterEach(() => {
  dispose()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const rest = () => vi.advanceTimersByTimeAsync(settings.edge.insideMs + 1)

it('tells since when an edge fails, once the pointer has rested on it, and not what is inside of one that is of no group', async () => {
  show(graphOf([edge('a', 'b', { failed: 3, failedPerSecond: 1 })], plain))
  point('a>b')
  expect([pointed.edge()?.id, pointed.failingSince()]).toEqual(['a>b', undefined])
  await rest()
  expect([pointed.failingSince(), pointed.parts()]).toEqual([SINCE, undefined])
  point(undefined)
  expect([pointed.edge(), pointed.failingSince()]).toEqual([undefined, undefined])
})

it('tells what is inside an edge of a closed group', async () => {
  show(graphOf([edge('a', 'b')], [node('a'), group('b')]))
  point('a>b')
  await rest()
  expect(pointed.parts()?.parts.map(({ from, to }) => `${from} ${to}`)).toEqual(['nginx node:80'])
})

it('asks nothing of an edge that works and is of no group, nor tells the one whose card is open', async () => {
  show(graphOf([edge('a', 'b')], plain))
  point('a>b')
  await rest()
  expect(asked.filter(Boolean)).toEqual([])
  select({ kind: 'edge', source: 'a', target: 'b' })
  expect(pointed.edge()).toBeUndefined()
})
