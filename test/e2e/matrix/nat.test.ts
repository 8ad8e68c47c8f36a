import { afterAll, beforeAll, it } from 'vitest'
import { allOf } from '../../support/all-of.ts'
import { startClient, startServer, type TrafficProcess } from '../../support/machine/network/traffic.ts'
import { addRules, forwardPackets, type Link, makeLink } from '../../support/machine/network/veth.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, needsOf, openMatrix } from '../../support/scope/matrix.ts'

const SERVER_PORT = 5001
const TRANSLATED_PORT = 8080

describeWith([...needsOf.ebpf, 'netns'], 'addresses translated by rules of iptables, traced', () => {
  let matrix: Matrix
  let clients: Link
  let servers: Link
  let server: TrafficProcess & { readonly port: number }
  let rules: ReturnType<typeof addRules>
  let forwarding: ReturnType<typeof forwardPackets>

  beforeAll(async () => {
    clients = makeLink()
    servers = makeLink()
    forwarding = forwardPackets()
    const to = ['-j', 'DNAT', '--to-destination', `${servers.ip}:${SERVER_PORT}`]
    const translated = ['-p', 'tcp', '-d', clients.hostIp, '--dport', String(TRANSLATED_PORT), ...to]
    rules = addRules(
      ['-I', 'FORWARD', '-i', clients.outside, '-j', 'ACCEPT'],
      ['-I', 'FORWARD', '-o', clients.outside, '-j', 'ACCEPT'],
      ['-t', 'nat', '-A', 'PREROUTING', ...translated],
      ['-t', 'nat', '-A', 'OUTPUT', ...translated],
      ['-t', 'nat', '-A', 'POSTROUTING', '-s', `${clients.ip}/32`, '-o', servers.outside, '-j', 'MASQUERADE'],
    )
    matrix = await openMatrix('ebpf')
    server = await startServer('0.0.0.0', servers.name, SERVER_PORT)
  })
  afterAll(async () => {
    await allOf(
      () => server?.end(),
      () => matrix?.close(),
      () => rules?.remove(),
      () => forwarding?.restore(),
      () => clients?.remove(),
      () => servers?.remove(),
    )
  })

  it.concurrent.each([
    ['its source, by masquerading', true, false],
    ['its destination, on the host itself', false, true],
    ['both', true, true],
  ])('%s', async (_, linked, destination) => {
    const client = await startClient(linked ? clients.name : undefined)
    await client.ask(
      destination ? `open ${clients.hostIp} ${TRANSLATED_PORT}` : `open ${servers.ip} ${SERVER_PORT}`,
    )
    await client.ask('send 100')
    const numbers = { open: 1, opened: 1, failed: 0, bytesSent: 100, bytesReceived: 100 }
    await matrix.edge({ from: client.pid, to: server.pid, port: SERVER_PORT, ...numbers })
    await client.end()
  })
})
