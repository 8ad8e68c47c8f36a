import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startClient, startServer } from '../../support/machine/network/traffic.ts'
import { startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { expectAbout, type Matrix, needsOf, openMatrix } from '../../support/scope/matrix.ts'

const HUNDRED_MB = 100_000_000

/** Sends a hundred thousand bytes again and again with short pauses until it gets a line, prints how much that was, and waits. */
const SLOW = `
import select, socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
total = 0
while not select.select([sys.stdin], [], [], 0.08)[0]:
    s.sendall(b'x' * 100000); got = 0; total += 100000
    while got < 100000: got += len(s.recv(65536))
sys.stdin.readline(); print(total, flush=True); sys.stdin.readline()`

describeWith(needsOf.ebpf, 'what one connection carries, traced', () => {
  let matrix: Matrix
  beforeAll(async () => {
    matrix = await openMatrix('ebpf')
  })
  afterAll(() => matrix?.close())

  it.concurrent('100 MB are 100 MB while it is open, and to the byte when it is closed', async () => {
    const server = await startServer()
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${server.port}`)
    await client.ask(`send ${HUNDRED_MB}`)
    const ends = { from: client.pid, to: server.pid, port: server.port, opened: 1 }
    const live = await eventually('all of it', async () => {
      const edge = await matrix.edge({ ...ends, open: 1 })
      return edge.bytesSent >= HUNDRED_MB * 0.99 && edge.bytesReceived >= HUNDRED_MB * 0.99 && edge
    })
    expectAbout(live.bytesSent, HUNDRED_MB, 0.01)
    expectAbout(live.bytesReceived, HUNDRED_MB, 0.01)
    await client.ask('close')
    const carried = { bytesSent: HUNDRED_MB, bytesReceived: HUNDRED_MB }
    await matrix.edge({ ...ends, open: 0, closed: 1, ...carried })
    await client.end()
    await server.end()
  })

  it.concurrent('grows while it is sent', async () => {
    const server = await startServer()
    const client = startProgram(['python3', '-c', SLOW, String(server.port)])
    const ends = { from: client.pid, to: server.pid, port: server.port, open: 1 }
    const seen = new Set<number>()
    await eventually('some of it', async () => {
      const { bytesSent } = await matrix.edge(ends)
      if (bytesSent > 0) seen.add(bytesSent)
      return seen.size >= 3
    })
    const total = Number(await client.ask('enough'))
    const amounts = [...seen]
    expect(amounts).toEqual(amounts.toSorted((a, b) => a - b))
    await matrix.edge({ ...ends, bytesSent: total, bytesReceived: total })
    await client.end()
    await server.end()
  })

  it.concurrent('a connection older than Scope counts from when it is seen', async () => {
    const server = await startServer()
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${server.port}`)
    await client.ask('send 5000')
    const later = await openMatrix('ebpf')
    try {
      const ends = { from: client.pid, to: server.pid, port: server.port, open: 1, opened: 0, closed: 0 }
      await later.edge({ ...ends, bytesSent: 0, bytesReceived: 0 })
      await client.ask('send 700')
      await later.edge({ ...ends, bytesSent: 700, bytesReceived: 700 })
    } finally {
      // Not its `close`, which ends the programs of the other tests, too.
      await later.scope.stop()
    }
    await client.end()
    await server.end()
  })
})
