import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNginx, startPython, startRedis } from '../../support/machine/network/servers.ts'
import { startListeners } from '../../support/machine/network/short-traffic.ts'
import { startClient, startServer } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../../support/scope/matrix.ts'

/** What a server answered, and the pid in it if it tells one. */
const say = async (client: Awaited<ReturnType<typeof startClient>>, text: string) => {
  const answer = decodeURIComponent(await client.ask(`say ${encodeURIComponent(text)}`))
  return { answer, pid: Number(/pid=(\d+);/.exec(answer)?.[1]) }
}

const servers = (mode: Mode) => () => {
  let matrix: Matrix
  beforeAll(async () => {
    matrix = await openMatrix(mode)
  })
  afterAll(() => matrix?.close())

  it.concurrent('nginx: the worker that accepted', async () => {
    const nginx = await startNginx()
    const client = await startClient()
    const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
    const workers = new Map<number, { open: number; bytesSent: number; bytesReceived: number }>()
    for (let i = 0; i < 8; i++) {
      await client.ask(`open 127.0.0.1 ${nginx.port}`)
      const { answer, pid } = await say(client, request)
      const sum = workers.get(pid) ?? { open: 0, bytesSent: 0, bytesReceived: 0 }
      workers.set(pid, {
        open: sum.open + 1,
        bytesSent: sum.bytesSent + request.length,
        bytesReceived: sum.bytesReceived + answer.length,
      })
    }
    expect(workers.has(nginx.pid)).toBe(false)
    // one edge for each worker that served, and none to the process that started them
    for (const [pid, numbers] of workers)
      await matrix.edge({
        ...{ from: client.pid, to: pid, port: nginx.port, amongOthers: workers.size - 1 },
        ...{ ...numbers, opened: numbers.open, failed: 0 },
      })
    await client.end()
    await nginx.end()
  })

  it.concurrent('redis: its commands to the byte', async () => {
    const redis = await startRedis()
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${redis.port}`)
    expect((await say(client, 'PING\r\n')).answer).toBe('+PONG\r\n')
    const edge = {
      from: client.pid,
      to: redis.pid,
      port: redis.port,
      opened: 1,
      bytesSent: 6,
      bytesReceived: 7,
    }
    await matrix.edge({ ...edge, open: 1, closed: 0 })
    await client.ask('close')
    await matrix.edge({ ...edge, open: 0, closed: 1 })
    await client.end()
    await redis.end()
  })

  it.concurrent.each(['threads', 'pool', 'asyncio'] as const)(
    'Python with %s: the process, whichever thread serves',
    async (how) => {
      const server = await startPython(how)
      const client = await startClient()
      for (let i = 0; i < 3; i++) {
        await client.ask(`open 127.0.0.1 ${server.port}`)
        expect((await say(client, 'hello')).pid).toBe(server.pid)
      }
      const bytesReceived = 3 * `pid=${server.pid};`.length
      await matrix.edge({
        from: client.pid,
        to: server.pid,
        port: server.port,
        open: 3,
        opened: 3,
        bytesSent: 15,
        bytesReceived,
      })
      await client.end()
      await server.end()
    },
  )

  it.concurrent('Node and perl: one client, several servers', async () => {
    const [node, perl] = await Promise.all([startServer(), startListeners(3)])
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${node.port}`)
    await client.ask('send 1000')
    for (const { port } of perl.listeners) await client.ask(`open 127.0.0.1 ${port}`)
    await matrix.edge({
      from: client.pid,
      to: node.pid,
      port: node.port,
      open: 1,
      opened: 1,
      bytesSent: 1000,
      bytesReceived: 1000,
    })
    for (const { pid, port } of perl.listeners)
      await matrix.edge({
        from: client.pid,
        to: pid,
        port,
        open: 1,
        opened: 1,
        bytesSent: 0,
        bytesReceived: 0,
      })
    await client.end()
    await node.end()
    await perl.end()
  })
}

describeWith(needsOf.ebpf, 'servers, traced', servers('ebpf'))
describeWith(needsOf.proc, 'servers, polled', servers('proc'))
