import { execFileSync } from 'node:child_process'
import { constants, hostname } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { allOf } from '../../support/all-of.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { makeNetns, startClient, startServer } from '../../support/machine/network/traffic.ts'
import { type Link, makeLink } from '../../support/machine/network/veth.ts'
import { startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, needsOf, openMatrix } from '../../support/scope/matrix.ts'

const PORT = 4242
/** Packets to it are answered by ICMP. */
const REJECTED = 4244
/** Within this time the kernel has surely not asked again for a connection: it does so after a second. */
const REPEATED_AFTER_MS = 900

describeWith([...needsOf.ebpf, 'netns'], 'connections that fail, traced', () => {
  let matrix: Matrix
  let link: Link
  beforeAll(async () => {
    link = makeLink()
    // one repetition: the kernel gives up after three seconds
    link.exec('sysctl', '-qw', 'net.ipv4.tcp_syn_retries=1')
    // after which it still looks for who has the address: by default it gives up that, too, after three seconds
    link.exec('sysctl', '-qw', 'net.ipv4.neigh.eth0.mcast_solicit=10')
    link.exec('iptables', '-w', '-A', 'OUTPUT', '-p', 'tcp', '--dport', String(PORT), '-j', 'DROP')
    const reject = ['-j', 'REJECT', '--reject-with', 'icmp-host-unreachable']
    link.exec('iptables', '-w', '-A', 'OUTPUT', '-p', 'tcp', '--dport', String(REJECTED), ...reject)
    link.exec('ip', 'route', 'add', 'unreachable', '10.214.0.0/24')
    link.exec('ip', '-6', 'route', 'add', 'unreachable', 'fd00:214::/64')
    matrix = await openMatrix('ebpf')
  })
  afterAll(async () => {
    await allOf(
      () => matrix?.close(),
      () => link?.remove(),
    )
  })

  /** The one edge of the process that tried: who it wanted to reach, and how it went. */
  const attempt = async (pid: number, port: number) =>
    eventually('the failed connection', async () => {
      const { nodes, edges } = await matrix.scope.view('processes')
      const found = Object.values(edges).filter((e) => e.source === matrix.processId(pid))
      expect(found.map(({ ports }) => ports)).toEqual([[port]])
      const [edge] = found
      if (!edge || edge.failed + edge.abandoned === 0)
        throw new Error(`neither failed nor abandoned: ${JSON.stringify(edge)}`)
      const { open, opened, closed, failed, failedBy, abandoned } = edge
      const target = nodes[edge.target]
      const why = Object.entries(failedBy ?? {}).flatMap(([reason, count]) => (count > 0 ? [reason] : []))
      return { label: target?.label, pseudo: target?.pseudo, open, opened, closed, failed, abandoned, why }
    })

  const once = { open: 0, opened: 0, closed: 0, failed: 1, abandoned: 0 }
  const refused = { ...once, why: ['refused'] }
  const timedOut = { ...once, why: ['timedOut'] }
  const unreachable = { ...once, why: ['unreachable'] }

  it.concurrent.each<[string, string | (() => string), number, string, object]>([
    ['timed out by the kernel', () => link.hostIp, PORT, 'ETIMEDOUT', timedOut],
    ['a private address without a route', '10.214.0.7', PORT + 1, 'EHOSTUNREACH', unreachable],
    ['IPv6 without a route', 'fd00:214::7', PORT + 1, 'EHOSTUNREACH', unreachable],
    ['IPv6 without any route', 'fd00:215::7', PORT + 1, 'ENETUNREACH', unreachable],
    ['nobody at the address', () => link.hostIp.replace(/1$/, '77'), PORT + 1, 'ETIMEDOUT', timedOut],
  ])('%s', async (_, address, port, code, failed) => {
    const client = await startClient(link.name)
    const wanted = typeof address === 'string' ? address : address()
    expect(await client.ask(`fail ${wanted} ${port}`)).toBe(code)
    expect(await attempt(client.pid, port)).toMatchObject(failed)
    await client.end()
  })

  it.concurrent('without a route, it names the address that was wanted', async () => {
    const client = await startClient(link.name)
    await client.ask(`fail 10.214.0.8 ${PORT + 1}`)
    expect(await attempt(client.pid, PORT + 1)).toEqual({ label: '10.214.0.8', pseudo: true, ...unreachable })
    await client.end()
  })

  it.concurrent.each(['127.0.0.1', '::1'])('refused at %s, where nobody listens', async (address) => {
    const port = await freePort()
    const client = await startClient()
    expect(await client.ask(`fail ${address} ${port}`)).toBe('ECONNREFUSED')
    expect(await attempt(client.pid, port)).toMatchObject(refused)
    await client.end()
  })

  it.concurrent('refused by the address of another namespace', async () => {
    const port = await freePort()
    const client = await startClient()
    expect(await client.ask(`fail ${link.ip} ${port}`)).toBe('ECONNREFUSED')
    expect(await attempt(client.pid, port)).toMatchObject({ label: link.ip, pseudo: true, ...refused })
    await client.end()
  })

  it.concurrent('given up by the program: abandoned before any repetition, failed after one', async () => {
    // A client that the machine kept waiting has given up after a repetition.
    const early = await eventually('one that gives up in time', async () => {
      const client = await startClient(link.name)
      const since = performance.now()
      expect(await client.ask(`leave ${link.hostIp} ${PORT} 100`)).toBe('left')
      if (performance.now() - since < REPEATED_AFTER_MS) return client
      await client.end()
      return undefined
    })
    // One that was kept waiting for another second has been told by the kernel that it gave up.
    const late = await eventually('one that gives up before the kernel does', async () => {
      const client = await startClient(link.name)
      if ((await client.ask(`leave ${link.hostIp} ${PORT} 2000`)) === 'left') return client
      await client.end()
      return undefined
    })
    expect(await attempt(early.pid, PORT)).toMatchObject({ ...once, failed: 0, abandoned: 1, why: [] })
    expect(await attempt(late.pid, PORT)).toMatchObject(timedOut)
    await early.end()
    await late.end()
  })

  it.concurrent('rejected by ICMP: once, though the state of the socket and connect() both tell', async () => {
    const script = `import socket
s = socket.socket()
print(s.connect_ex(('${link.hostIp}', ${REJECTED})), flush=True)
input()`
    const client = startProgram(['python3', '-c', script], { netns: link.name, quiet: true })
    expect(await client.ask('')).toBe(String(constants.errno.EHOSTUNREACH))
    expect(await attempt(client.pid, REJECTED)).toMatchObject(unreachable)
    await client.end()
  })

  it.concurrent('rejected by ICMP, which the program learns by SO_ERROR before any repetition', async () => {
    const client = await startClient(link.name)
    expect(await client.ask(`fail ${link.hostIp} ${REJECTED}`)).toBe('EHOSTUNREACH')
    expect(await attempt(client.pid, REJECTED)).toMatchObject(unreachable)
    await client.end()
  })

  it.concurrent('out of local ports: told as that, and by nothing else', async () => {
    const alone = makeNetns('ports')
    execFileSync('ip', [
      ...['netns', 'exec', alone.name, 'sysctl', '-qw'],
      'net.ipv4.ip_local_port_range=20000 20001',
    ])
    const server = await startServer('127.0.0.1', alone.name, PORT)
    const [taker, client] = [await startClient(alone.name), await startClient(alone.name)]
    for (let i = 0; i < 2; i++) await taker.ask(`open 127.0.0.1 ${server.port}`)
    expect(await client.ask(`fail 127.0.0.1 ${server.port}`)).toBe('EADDRNOTAVAIL')
    expect(await attempt(client.pid, server.port)).toMatchObject({ ...once, why: ['outOfPorts'] })
    for (const program of [client, taker, server]) await program.end()
    alone.remove()
  })

  it.concurrent('no address of its own to get there with: unreachable', async () => {
    const alone = makeNetns('v4')
    execFileSync('ip', ['netns', 'exec', alone.name, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1'])
    const client = await startClient(alone.name)
    expect(['EADDRNOTAVAIL', 'ENETUNREACH']).toContain(await client.ask(`fail ::1 ${PORT + 1}`))
    expect(await attempt(client.pid, PORT + 1)).toMatchObject(unreachable)
    await client.end()
    alone.remove()
  })

  it.concurrent('to a port where nobody listens yet: an edge to the address, beside the one to who serves there later', async () => {
    const port = await freePort()
    const client = await startClient()
    expect(await client.ask(`fail 127.0.0.1 ${port}`)).toBe('ECONNREFUSED')
    const server = await startServer('127.0.0.1', undefined, port)
    await client.ask(`burst 3 127.0.0.1 ${port}`)
    const both = { from: client.pid, port, open: 0, amongOthers: 1 }
    await matrix.edge({ ...both, to: server.pid, opened: 3, closed: 3, failed: 0 })
    const refusal = await matrix.edge({ ...both, to: hostname(), opened: 0, closed: 0, failed: 1 })
    expect(refusal.failedBy).toMatchObject({ refused: 1 })
    await client.end()
    await server.end()
  })
})
