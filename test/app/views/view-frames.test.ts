import { once } from 'node:events'
import { inflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Edge, NodeSummary } from '../../../src/api/types.ts'
import { ViewDecoder } from '../../../src/view-stream/decode.ts'
import { LARGE_FRAME_LENGTH, VIEW_PROTOCOL, type ViewFrame } from '../../../src/view-stream/frame.ts'
import { pair, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { ask, eventually, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
let probe: TestProbe
beforeEach(async () => {
  app = await startTestApp()
  probe = await connectTestProbe(app)
})
afterEach(() => app.remove())

interface Watcher {
  readonly socket: WebSocket
  readonly frames: ViewFrame[]
  readonly binary: number[]
  readonly nodes: Map<string, NodeSummary>
  readonly edges: Map<string, Edge>
}

const watch = async (...protocols: string[]): Promise<Watcher> => {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/api/topology/processes/ws`, protocols)
  const decoder = new ViewDecoder()
  const watcher: Watcher = { socket, frames: [], binary: [], nodes: new Map(), edges: new Map() }
  const { frames, binary, nodes, edges } = watcher
  socket.on('message', (data: Buffer, isBinary) => {
    const text = isBinary ? inflateRawSync(data).toString() : String(data)
    if (isBinary) binary.push(text.length)
    const frame = JSON.parse(text) as ViewFrame
    frames.push(frame)
    const diff = decoder.read(frame)
    if (diff.reset) for (const held of [nodes, edges]) held.clear()
    for (const id of diff.remove ?? []) nodes.delete(id)
    for (const id of diff.edges.remove ?? []) edges.delete(id)
    for (const node of [...(diff.update ?? []), ...(diff.add ?? [])]) nodes.set(node.id, node)
    for (const edge of [...(diff.edges.update ?? []), ...(diff.edges.add ?? [])]) edges.set(edge.id, edge)
  })
  await once(socket, 'open')
  await eventually(() => expect(frames.length).toBeGreaterThan(0))
  return watcher
}

let uptimeMs = 1000
const talking = (bytesSent: number, ...pids: number[]) => {
  uptimeMs += 10
  return report({
    nodes: pids.map((pid) => processNode('alpha', pid)),
    connections: pids.slice(1).map((pid) => pair(`alpha;${pids[0]}`, `alpha;${pid}`, 80, { bytesSent })),
    uptimeMs,
    intervalMs: 60_000,
  })
}

/** What GET says, without the targets of nodes. */
const asked = async () => {
  const answer = await ask(`http://127.0.0.1:${app.port}/api/topology/processes`)
  const { nodes, edges } = JSON.parse(answer.text) as Record<'nodes' | 'edges', Record<string, object>>
  const bare = Object.entries(nodes).map(([id, node]) => [id, { ...node, adjacency: undefined }])
  return { nodes: Object.fromEntries(bare), edges }
}

const expectAsAsked = async ({ nodes, edges }: Watcher): Promise<void> => {
  const document = await asked()
  await eventually(() => {
    expect(Object.fromEntries(nodes)).toEqual(document.nodes)
    expect(Object.fromEntries(edges)).toEqual(document.edges)
  })
}

it('tells a number that moved by its position alone', async () => {
  await probe.post(talking(1, 1, 2))
  const watcher = await watch(VIEW_PROTOCOL)
  expect(watcher.socket.protocol).toBe(VIEW_PROTOCOL)
  expect(watcher.frames[0]).toMatchObject({ reset: true, seq: 1 })
  await expectAsAsked(watcher)

  await probe.post(talking(77, 1, 2))
  await eventually(() => expect(watcher.frames.find(({ numbers }) => numbers)).toBeDefined())
  const moved = watcher.frames.find(({ numbers }) => numbers)
  expect(moved).not.toHaveProperty('nodes')
  expect(moved).not.toHaveProperty('edges')
  expect(moved?.numbers?.edges?.[0]?.[0]).toBe(0)
  await expectAsAsked(watcher)
  expect([...watcher.edges.values()].map(({ bytesSent }) => bytesSent)).toEqual([77])
})

it('gives the same view to whoever came early, came late, or speaks as before', async () => {
  await probe.post(talking(1, 1, 2))
  const early = await watch(VIEW_PROTOCOL)
  const before = new WebSocket(`ws://127.0.0.1:${app.port}/api/topology/processes/ws`)
  const first = once(before, 'message')
  for (let round = 0; round < 10; round += 1)
    await probe.post(talking(round, 1, ...Array.from({ length: (round * 7) % 5 }, (_, pid) => pid + 2)))
  const late = await watch('scope.v1', VIEW_PROTOCOL)
  await probe.post(talking(99, 1, 2, 3, 9))
  await expectAsAsked(early)
  await expectAsAsked(late)
  const [data, isBinary] = await first
  expect(isBinary).toBe(false)
  expect(JSON.parse(String(data))).toMatchObject({ reset: true, update: null })
  before.terminate()
})

it('compresses large frames', async () => {
  await probe.post(talking(1, ...Array.from({ length: 300 }, (_, pid) => pid + 1)))
  const watcher = await watch(VIEW_PROTOCOL)
  expect(watcher.binary).toHaveLength(1)
  expect(watcher.binary[0]).toBeGreaterThan(LARGE_FRAME_LENGTH)
  await expectAsAsked(watcher)
  expect(watcher.nodes.size).toBe(300)
})

it('sends signs of life that follow what was sent', async () => {
  await probe.post(talking(1, 1, 2))
  const { frames } = await watch(VIEW_PROTOCOL)
  await eventually(() => expect(frames.length).toBeGreaterThan(1))
  expect(frames.at(-1)).toEqual({ seq: 1, base: 1 })
})
