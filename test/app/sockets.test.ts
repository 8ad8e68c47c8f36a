import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ViewDiff } from '../../src/api/types.ts'
import { viewFrames } from '../../src/app/views/view-source.ts'
import { pair, processNode, report } from '../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../support/scope/app-client.ts'
import { ask, eventually, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp
let probe: TestProbe
beforeEach(async () => {
  app = await startTestApp()
  probe = await connectTestProbe(app)
})
afterEach(() => app.remove())

const emptyFrame = viewFrames.encodeEmpty()

interface Watcher {
  readonly socket: WebSocket
  readonly frames: ViewDiff[]
}

const watch = async (path: string): Promise<Watcher> => {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`)
  const frames: ViewDiff[] = []
  socket.on('message', (data, isBinary) => {
    expect(isBinary).toBe(false)
    const frame = JSON.parse(String(data))
    // On a slow machine there is time for one that says nothing.
    if (JSON.stringify(frame) !== emptyFrame) frames.push(frame)
  })
  await once(socket, 'open')
  await eventually(() => expect(frames).toHaveLength(1))
  return { socket, frames }
}

const refusal = (path: string): Promise<{ status: number; body: string; type: string | undefined }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`)
    socket.on('error', () => {})
    socket.on('open', () => reject(new Error('the socket opened')))
    socket.on('unexpected-response', async (_request, response) => {
      const body = Buffer.concat(await response.toArray()).toString()
      resolve({ status: response.statusCode ?? 0, body, type: response.headers['content-type'] })
    })
  })

const processes = '/api/topology/processes/ws'
let uptimeMs = 1000
const talking = (...pids: number[]) => {
  uptimeMs += 10
  return report({
    nodes: pids.map((pid) => processNode('alpha', pid)),
    connections: pids.slice(1).map((pid) => pair(`alpha;${pids[0]}`, `alpha;${pid}`, 80)),
    uptimeMs,
    intervalMs: 60_000,
  })
}
const ids = (nodes: readonly { id: string }[] | null | undefined) => nodes?.map(({ id }) => id).sort()

it('begins with everything, then sends what changed, and nothing when nothing did', async () => {
  await probe.post(talking(1, 2))
  const { frames } = await watch(processes)
  expect(frames[0]).toMatchObject({ reset: true, update: null, remove: null })
  expect(ids(frames[0]?.add)).toEqual(['alpha;1', 'alpha;2'])
  expect(frames[0]?.edges.add).toHaveLength(1)

  await probe.post(talking(1, 2))
  await probe.post(talking(1, 2, 3))
  await eventually(() => expect(frames).toHaveLength(2))
  expect(ids(frames[1]?.add)).toEqual(['alpha;3'])
  expect(ids(frames[1]?.update)).toEqual(['alpha;1'])
  expect(frames[1]).toMatchObject({ remove: null, edges: { update: null, remove: null } })
  expect(frames[1]).not.toHaveProperty('reset')

  await probe.post(talking(1, 3))
  await eventually(() => expect(frames).toHaveLength(3))
  expect(frames[2]?.remove).toEqual(['alpha;2'])
  expect(frames[2]?.edges.remove).toHaveLength(1)
})

it('ends where GET is, whatever came between', async () => {
  const { frames } = await watch(processes)
  for (let round = 0; round < 20; round += 1)
    await probe.post(talking(...Array.from({ length: 2 + ((round * 7) % 5) }, (_, pid) => pid + (round % 3))))
  const document = JSON.parse((await ask(`http://127.0.0.1:${app.port}/api/topology/processes`)).text)
  await eventually(() => {
    const nodes = new Map<string, unknown>()
    const edges = new Map<string, unknown>()
    for (const frame of frames) {
      if (frame.reset) nodes.clear()
      for (const id of frame.remove ?? []) nodes.delete(id)
      for (const node of [...(frame.update ?? []), ...(frame.add ?? [])]) nodes.set(node.id, node)
      for (const id of frame.edges.remove ?? []) edges.delete(id)
      for (const edge of [...(frame.edges.update ?? []), ...(frame.edges.add ?? [])]) edges.set(edge.id, edge)
    }
    expect(Object.fromEntries(nodes)).toEqual(document.nodes)
    expect(Object.fromEntries(edges)).toEqual(document.edges)
  })
})

it('gives a late socket everything, and both the same from then on', async () => {
  await probe.post(talking(1, 2))
  const first = await watch(processes)
  await probe.post(talking(1, 2, 3))
  await eventually(() => expect(first.frames).toHaveLength(2))
  const second = await watch(processes)
  expect(ids(second.frames[0]?.add)).toEqual(['alpha;1', 'alpha;2', 'alpha;3'])
  await probe.post(talking(1, 2, 3, 4))
  await eventually(() => expect(second.frames).toHaveLength(2))
  await eventually(() => expect(first.frames).toHaveLength(3))
  expect(second.frames[1]).toEqual(first.frames[2])
})

it('follows the options of the query', async () => {
  await probe.post(talking(1))
  const hidden = await watch(processes)
  const shown = await watch(`${processes}?unconnected=show`)
  expect(hidden.frames[0]?.add).toBeNull()
  expect(ids(shown.frames[0]?.add)).toEqual(['alpha;1'])
})

it('keeps the pause that was asked for, and then tells all at once', async () => {
  await probe.post(talking(1, 2))
  const startedMs = performance.now()
  const slow = await watch(`${processes}?t=1s`)
  const fast = await watch(processes)
  const pids = [1, 2]
  for (let pid = 3; pid <= 8; pid += 1) {
    pids.push(pid)
    await probe.post(talking(...pids))
  }
  await eventually(() => expect(fast.frames.flatMap((frame) => ids(frame.add)).at(-1)).toBe('alpha;8'))
  await eventually(() => expect(slow.frames.flatMap((frame) => ids(frame.add)).at(-1)).toBe('alpha;8'))
  // The first at once, and one in each second since.
  expect(slow.frames.length - 1).toBeLessThanOrEqual(Math.ceil((performance.now() - startedMs) / 1000))
})

it('tells that a probe fell silent', async () => {
  await app.remove()
  app = await startTestApp({ windowMs: 100 })
  probe = await connectTestProbe(app)
  await probe.post(talking(1, 2))
  const { frames } = await watch(processes)
  // Only from here is it awaited soon, so that it is not silent before somebody watches.
  await probe.post({ ...talking(1, 2), envelope: { ...talking().envelope, intervalMs: 1000 } })
  await eventually(() => expect(frames.at(-1)?.remove?.toSorted()).toEqual(['alpha;1', 'alpha;2']))
})

describe('before the upgrade', () => {
  it.each([
    ['an unknown view', '/api/topology/nothing/ws', 404, 'unknown_view'],
    ['an unknown path', '/nothing', 404, 'not_found'],
    ['a bad option', `${processes}?unconnected=x`, 400, 'invalid_parameter'],
    ['no duration', `${processes}?t=soon`, 400, 'invalid_parameter'],
    ['a pause of nothing', `${processes}?t=0s`, 400, 'invalid_parameter'],
    ['a pause below nothing', `${processes}?t=-1s`, 400, 'invalid_parameter'],
  ])('%s is refused', async (_name, path, status, code) => {
    const answer = await refusal(path)
    expect(answer).toMatchObject({ status, type: 'application/json' })
    expect(JSON.parse(answer.body).error.code).toBe(code)
  })

  it('another path gets its plain answer, and no socket', async () => {
    expect((await refusal('/health')).status).toBe(200)
  })
})

it('passes over what a client says, and closes on one that says too much', async () => {
  const { socket, frames } = await watch(processes)
  socket.send('anything')
  socket.send(Buffer.from([1, 2, 3]))
  await probe.post(talking(1, 2))
  await eventually(() => expect(frames).toHaveLength(2))
  socket.send('x'.repeat(100_000))
  const [code] = await once(socket, 'close')
  expect(code).toBe(1009)
})

it('closes sockets as it stops', async () => {
  const { socket } = await watch(processes)
  const closed = once(socket, 'close')
  await app.stop()
  expect((await closed)[0]).toBe(1001)
})
