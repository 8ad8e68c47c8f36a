import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ConnectionsDocument, Edge, NodeDocument, ViewDocument } from '../../../src/api/types.ts'
import { allOf } from '../../support/all-of.ts'
import { eventually } from '../../support/eventually.ts'
import { startClient, startServer } from '../../support/machine/network/traffic.ts'
import { type Link, makeLink } from '../../support/machine/network/veth.ts'
import { type Program, startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../../support/scope/matrix.ts'

/** Accepts nothing until it is told to, so that those who come when its queue is full have to ask again. */
const BUSY = `
import socket, sys
listener = socket.create_server(('127.0.0.1', 0), backlog=0)
print(listener.getsockname()[1], flush=True)
held = []
for line in sys.stdin:
    for _ in range(int(line)): held.append(listener.accept())
    print('accepted', flush=True)`

/** Connects, and gives up what is not acknowledged within a second. */
const IMPATIENT = `
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.setsockopt(socket.IPPROTO_TCP, 18, 1000)  # TCP_USER_TIMEOUT
print('open', flush=True)
sys.stdin.readline()
s.send(b'x')
try: print('answered', s.recv(1), flush=True)
except OSError as e: print(e.errno, flush=True)
sys.stdin.readline()`

/** Whoever only polls does so when its budget allows it. */
const WAIT_MS = 75_000

/** How many sockets wait for an answer to their request for a connection to a port. */
const askingAt = (port: number): number =>
  execFileSync('ss', ['-Htn', 'state', 'syn-sent', 'dport', '=', `:${port}`], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean).length

const python = (script: string, ...args: string[]): Program =>
  startProgram(['python3', '-c', script, ...args], { quiet: true })

const contract = (mode: Mode): void => {
  let matrix: Matrix
  beforeAll(async () => {
    matrix = await openMatrix(mode)
  })
  afterAll(async () => {
    await matrix?.close()
  })

  const edgeOnce = (from: number, to: number, port: number, isRight: (edge: Edge) => boolean) =>
    eventually(
      'the edge as it should be',
      async () => {
        const edge = await matrix.edge({ from, to, port })
        return isRight(edge) ? edge : undefined
      },
      WAIT_MS,
    )

  it('a connection that lasted and was closed: nothing broke it', async () => {
    const server = await startServer()
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${server.port}`)
    const open = await matrix.edge({ from: client.pid, to: server.pid, port: server.port, open: 1 })
    expect(open.duration).toBeUndefined()
    const since = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const atLeastUs = (performance.now() - since) * 1000
    await client.ask('close')
    const edge = await edgeOnce(client.pid, server.pid, server.port, ({ open }) => open === 0)
    expect(edge).toMatchObject({ failed: 0, reset: 0, lost: 0 })
    expect(edge.failedBy).toBeUndefined()
    if (mode === 'proc') {
      // what a poll sees is neither when it began nor when it ended
      for (const key of ['duration', 'connectTime', 'rttUs', 'smoothedRttUs'] as const)
        expect(edge[key]).toBeUndefined()
    } else {
      expect(edge.duration?.count).toBe(1)
      // a bucket ends at twice its start
      expect(edge.duration?.p50Us).toBeGreaterThan(atLeastUs / 2)
      expect(edge.duration?.p95Us).toBeGreaterThanOrEqual(edge.duration?.p50Us ?? 0)
      expect(edge.connectTime?.count).toBe(1)
      expect(edge.connectTime?.p95Us).toBeLessThan(edge.duration?.p50Us ?? 0)
    }
    await client.end()
    await server.end()
  })

  if (mode === 'proc') return

  it('reset by the server, and by the client', async () => {
    const server = await startServer()
    const client = await startClient()
    for (let i = 0; i < 3; i++) await client.ask(`open 127.0.0.1 ${server.port}`)
    await client.ask('send 100')
    await client.ask('reset')
    const { pid } = client
    expect(await edgeOnce(pid, server.pid, server.port, ({ reset }) => reset === 3)).toMatchObject({
      ...{ open: 0, opened: 3, closed: 3, failed: 0, resetBy: { client: 3, server: 0 } },
    })
    for (let i = 0; i < 2; i++) await client.ask(`open 127.0.0.1 ${server.port}`)
    await client.ask('send 100')
    await server.ask('reset')
    expect(await edgeOnce(pid, server.pid, server.port, ({ reset }) => reset === 5)).toMatchObject({
      ...{ open: 0, opened: 5, closed: 5, failed: 0, resetBy: { client: 3, server: 2 } },
    })
    const { edges } = await matrix.scope.get<ViewDocument>('/api/topology/processes?q=reset%3E4')
    const found = Object.values(edges)
    expect(found.map(({ source }) => source)).toContain(matrix.processId(pid))
    // whoever else resets connections on this machine
    expect(found.filter(({ reset }) => reset <= 4)).toEqual([])
    await client.end()
    await server.end()
  })

  it('short and long ones on one edge: half of them no longer than the short ones, one in ten much longer', async () => {
    const server = await startServer()
    const client = await startClient()
    for (let i = 0; i < 2; i++) await client.ask(`open 127.0.0.1 ${server.port}`)
    const sinceMs = performance.now()
    await client.ask(`burst 18 127.0.0.1 ${server.port}`)
    const eachMs = (performance.now() - sinceMs) / 18
    // A busy machine makes the short ones longer, and so the long ones.
    await new Promise((resolve) => setTimeout(resolve, Math.max(2200, 40 * eachMs)))
    await client.ask('close')
    const edge = await edgeOnce(client.pid, server.pid, server.port, ({ closed }) => closed === 20)
    expect(edge.duration?.count).toBe(20)
    expect(edge.duration?.p95Us).toBeGreaterThan(1_000_000)
    expect((edge.duration?.p95Us ?? 0) / (edge.duration?.p50Us ?? 1)).toBeGreaterThan(10)
    const { node } = await matrix.scope.get<NodeDocument>(
      `/api/topology/processes/${encodeURIComponent(matrix.processId(client.pid))}`,
    )
    const rows = node.connections[1].connections[0]?.metadata ?? []
    expect(rows.find(({ id }) => id === 'durationP95')?.value).toBe(String(edge.duration?.p95Us))
    expect(rows.find(({ id }) => id === 'connectP95')?.value).toBe(String(edge.connectTime?.p95Us))
    await client.end()
    await server.end()
  })

  it('a handshake that took a second, since the queue of the server was full', async () => {
    const server = python(BUSY)
    const port = Number(await server.ask(''))
    const [first, second] = [await startClient(), await startClient()]
    await first.ask(`open 127.0.0.1 ${port}`)
    const waits = second.ask(`open 127.0.0.1 ${port}`)
    // Whoever does not get into the queue asks again after a second, and whoever comes later than that finds it empty.
    await eventually('the second to have asked', () => askingAt(port) > 0)
    await server.ask('2')
    await waits
    const quick = await edgeOnce(first.pid, server.pid, port, ({ connectTime }) => connectTime !== undefined)
    const slow = await edgeOnce(second.pid, server.pid, port, ({ connectTime }) => connectTime !== undefined)
    // it was asked for again after a second
    expect(slow.connectTime?.p95Us).toBeGreaterThan(500_000)
    expect(slow.connectTime?.p95Us).toBeGreaterThan(5 * (quick.connectTime?.p95Us ?? 0))
    const found = await matrix.scope.get<ViewDocument>('/api/topology/processes?q=connect%3E500ms')
    expect(Object.values(found.edges).map(({ id }) => id)).toContain(slow.id)
    expect(Object.values(found.edges).map(({ id }) => id)).not.toContain(quick.id)
    // A probe that does not answer in time is told, and there are no rows.
    const single = await eventually('its row', async () => {
      const { connections } = await matrix.scope.get<ConnectionsDocument>(
        `/api/connections?view=processes&edge=${encodeURIComponent(slow.id)}`,
      )
      return connections[0]
    })
    expect(single.connectUs).toBeGreaterThan(900_000)
    for (const program of [first, second, server]) await program.end()
  })
}

describeWith(needsOf.ebpf, 'how connections end, and how long they take, traced', () => contract('ebpf'))
describeWith(needsOf.proc, 'how connections end, and how long they take, polled', () => contract('proc'))

describeWith([...needsOf.ebpf, 'netns'], 'over a link', () => {
  let matrix: Matrix
  let link: Link
  beforeAll(async () => {
    link = makeLink()
    matrix = await openMatrix('ebpf')
  })
  afterAll(async () => {
    await allOf(
      () => matrix?.close(),
      () => link?.remove(),
    )
  })

  it('lost, when the other end falls silent', async () => {
    const server = await startServer(link.ip, link.name)
    const client = python(IMPATIENT, link.ip, String(server.port))
    await client.ask('')
    // The server may hear of the last step of the handshake a moment later than the client has taken it, and accept later still.
    await matrix.edge({ from: client.pid, to: server.pid, port: server.port, open: 1, opened: 1 })
    link.exec('iptables', '-w', '-A', 'INPUT', '-p', 'tcp', '--dport', String(server.port), '-j', 'DROP')
    // ETIMEDOUT
    expect(await client.ask('send')).toBe('110')
    const edge = await eventually('the lost connection', async () => {
      const found = await matrix.edge({ from: client.pid, to: server.pid, port: server.port })
      expect(found).toMatchObject({ lost: 1 })
      return found
    })
    expect(edge).toMatchObject({ open: 0, opened: 1, closed: 1, failed: 0, reset: 0, lost: 1 })
    await client.end()
    await server.end()
  })

  it('the round trip is the shortest that the kernel knows, as ss tells it, the smoothed one is called so', async () => {
    const server = await startServer(link.ip, link.name)
    const client = await startClient()
    await client.ask(`open ${link.ip} ${server.port}`)
    for (let i = 0; i < 5; i++) await client.ask('send 1000')
    const [edge, told] = await eventually('the round trip as ss tells it', async () => {
      const seen = await matrix.edge({ from: client.pid, to: server.pid, port: server.port })
      const text = execFileSync('ss', ['-tinH', `dst ${link.ip} dport = :${server.port}`], {
        encoding: 'utf8',
      })
      const minMs = Number(/minrtt:([\d.]+)/.exec(text)?.[1])
      const smoothedMs = Number(/ rtt:([\d.]+)/.exec(text)?.[1])
      const isSame =
        seen.rttUs === Math.round(minMs * 1000) && seen.smoothedRttUs === Math.round(smoothedMs * 1000)
      // with the last bytes, the last acknowledgement has come
      const isAll = seen.bytesSent === 5000 && seen.bytesReceived === 5000
      return isSame && isAll ? ([seen, { minMs, smoothedMs }] as const) : undefined
    })
    expect(edge.smoothedRttUs).toBe(Math.round(told.smoothedMs * 1000))
    expect(edge.rttUs).toBeLessThanOrEqual(edge.smoothedRttUs ?? 0)
    await client.end()
    await server.end()
  })
})
