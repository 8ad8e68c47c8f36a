import { afterAll, beforeAll, expect, it } from 'vitest'
import { allOf } from '../../support/all-of.ts'
import { startClient, startServer, type TrafficProcess } from '../../support/machine/network/traffic.ts'
import { type Link, makeLink } from '../../support/machine/network/veth.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../../support/scope/matrix.ts'

const addresses = (mode: Mode) => () => {
  let matrix: Matrix
  let one: Link
  let two: Link
  beforeAll(async () => {
    one = makeLink()
    two = makeLink()
    matrix = await openMatrix(mode)
  })
  afterAll(async () => {
    await allOf(
      () => matrix?.close(),
      () => one?.remove(),
      () => two?.remove(),
    )
  })

  /** One connection that carries 1,000 bytes each way is one edge, and stays it when it closes. */
  const check = async (
    server: TrafficProcess & { readonly port: number },
    client: TrafficProcess,
    address: string,
  ) => {
    await client.ask(`open ${address} ${server.port}`)
    await client.ask('send 1000')
    const edge = {
      from: client.pid,
      to: server.pid,
      port: server.port,
      opened: 1,
      bytesSent: 1000,
      bytesReceived: 1000,
    }
    await matrix.edge({ ...edge, open: 1, closed: 0, failed: 0 })
    await client.end()
    await server.end()
  }

  it.concurrent.each([
    ['IPv4', '127.0.0.1', '127.0.0.1'],
    ['another loopback address', '127.0.0.9', '127.0.0.9'],
    ['IPv6', '::1', '::1'],
    ['v4-mapped at the server', '::', '127.0.0.1'],
    ['v4-mapped at the client', '127.0.0.1', '::ffff:127.0.0.1'],
    ['v4-mapped at both', '::', '::ffff:127.0.0.1'],
  ])('%s', async (_, listening, address) => {
    await check(await startServer(listening), await startClient(), address)
  })

  it.concurrent('IPv4 between namespaces', async () => {
    await check(await startServer('0.0.0.0', one.name), await startClient(), one.ip)
  })

  it.concurrent('IPv6 between namespaces', async () => {
    await check(await startServer('::'), await startClient(one.name), one.hostIp6)
  })

  it.concurrent('link-local with its scope', async () => {
    await check(await startServer('::', one.name), await startClient(), `${one.linkLocal}%${one.outside}`)
  })

  it.concurrent('loopback of each namespace is its own, also at one port', async () => {
    const first = await startServer('127.0.0.1', one.name)
    const second = await startServer('127.0.0.1', two.name, first.port)
    expect(second.port).toBe(first.port)
    await Promise.all([
      check(first, await startClient(one.name), '127.0.0.1'),
      check(second, await startClient(two.name), '127.0.0.1'),
    ])
  })
}

describeWith([...needsOf.ebpf, 'netns'], 'addresses, traced', addresses('ebpf'))
describeWith([...needsOf.proc, 'netns'], 'addresses, polled', addresses('proc'))
