import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startIoUring } from '../../support/machine/network/io-uring.ts'
import { startInetd, startPostgres, startPython } from '../../support/machine/network/servers.ts'
import { startClient } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../../support/scope/matrix.ts'

/** The walk that sees to it that a socket belongs to its holder comes after a minute at most. */
const WALK_MS = 75_000

const handedOver = (mode: Mode) => () => {
  let matrix: Matrix
  beforeAll(async () => {
    matrix = await openMatrix(mode)
  })
  afterAll(() => matrix?.close())

  it.concurrent('PostgreSQL: the backend, not the postmaster that accepted', async () => {
    const postgres = await startPostgres()
    const client = postgres.psql()
    const backend = Number(await client.ask('select pg_backend_pid();'))
    expect(backend).not.toBe(postgres.pid)
    const edge = { from: client.pid, to: backend, port: postgres.port, open: 1, opened: 1, failed: 0 }
    await matrix.edge(edge, WALK_MS)
    await client.end()
    await postgres.end()
  })

  it.concurrent.each(['fork', 'passed'] as const)('Python, %s: the child that serves', async (how) => {
    const server = await startPython(how)
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${server.port}`)
    const answer = decodeURIComponent(await client.ask('say hello'))
    const child = Number(/pid=(\d+);/.exec(answer)?.[1])
    expect(child).not.toBe(server.pid)
    const numbers = { open: 1, opened: 1, bytesSent: 5, bytesReceived: answer.length }
    await matrix.edge({ from: client.pid, to: child, port: server.port, ...numbers }, WALK_MS)
    await client.end()
    await server.end()
  })

  it.concurrent('inetd style: the program that serves', async () => {
    const inetd = await startInetd()
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${inetd.port}`)
    await client.ask('send 100')
    const served = await eventually(
      'the program',
      async () => {
        const { nodes, edges } = await matrix.scope.view('processes')
        const edge = Object.values(edges).find((e) => e.source === matrix.processId(client.pid))
        const target = edge && nodes[edge.target]
        // Until both ends are told, the edge leads to an address, and a process that was just met has no facts yet.
        return (
          edge?.target !== matrix.processId(inetd.pid) &&
          target?.metadata?.some(({ id, value }) => id === 'ppid' && value === String(inetd.pid)) &&
          target
        )
      },
      WALK_MS,
    )
    await matrix.edge({
      ...{ from: client.pid, to: served.id, port: inetd.port },
      ...{ open: 1, opened: 1, bytesSent: 100, bytesReceived: 100 },
    })
    await client.end()
    await inetd.end()
  })

  it.concurrent('io_uring: the child that accepted, though no system call told of it', async ({ skip }) => {
    const server = await startIoUring()
    if (typeof server === 'string') return skip(server)
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${server.port}`)
    await client.ask('send 12')
    const child = Number(await server.program.ask(''))
    const numbers = { open: 1, opened: 1, bytesSent: 12, bytesReceived: 12 }
    await matrix.edge({ from: client.pid, to: child, port: server.port, ...numbers }, WALK_MS)
    await client.ask('close')
    await matrix.edge({ from: client.pid, to: child, port: server.port, ...numbers, open: 0, closed: 1 })
    await client.end()
    await server.end()
  })

  it.concurrent('a connection not yet accepted: the listener, and then who accepts', async () => {
    const server = await startPython('backlog')
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${server.port}`)
    const edge = { from: client.pid, to: server.pid, port: server.port, open: 1, opened: 1, closed: 0 }
    await matrix.edge(edge)
    expect(await server.program.ask('accept')).toBe('accepted')
    expect(await server.program.ask('close')).toBe('closed')
    await matrix.edge({ ...edge, open: 0, closed: 1 })
    await client.end()
    await server.end()
  })
}

describeWith(needsOf.ebpf, 'handed over, traced', handedOver('ebpf'))
describeWith(needsOf.proc, 'handed over, polled', handedOver('proc'))
