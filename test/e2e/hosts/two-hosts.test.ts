import { deepEqual } from 'node:assert/strict'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type Host, startHost } from '../../support/machine/hosts/host.ts'
import { type Network, startNetwork } from '../../support/machine/hosts/network.ts'
import { makeClusterKey, type ScopeOnHost, scopeOn } from '../../support/machine/hosts/scope-on.ts'
import { clientCommand, serverCommand } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'

/** Listens with a backlog of 2, and accepts as many connections as it is told. */
const NOT_ACCEPTING = `use IO::Socket::INET; $| = 1;
my $l = IO::Socket::INET->new(Listen => 2, LocalAddr => '0.0.0.0') or die; print $l->sockport, "\\n";
while (my $n = <STDIN>) { push @held, $l->accept for 1 .. $n; print "accepted\\n" }`

describeWith(['root', 'ebpf', 'hosts'], 'two hosts', () => {
  let network: Network
  let hosts: Host[]
  let scopes: ScopeOnHost[]

  beforeAll(async () => {
    network = await startNetwork()
    hosts = await Promise.all(['alpha', 'beta'].map((name) => startHost(name)))
    hosts.forEach((host, i) => {
      network.attach(host, { addresses: [`10.77.0.${i + 1}/24`, `fd00:77::${i + 1}/64`] })
    })
    const clusterKey = makeClusterKey()
    scopes = await Promise.all(
      hosts.map((host, i) => scopeOn(host, i === 0 ? [] : ['--probe-only', '10.77.0.1'], { clusterKey })),
    )
    await Promise.all(scopes.map((scope) => scope.launch()))
  })
  afterAll(async () => {
    await Promise.all(scopes?.map((scope) => scope.close()) ?? [])
    await Promise.all(hosts?.map((host) => host.end()) ?? [])
    await network?.end()
  })

  it('are both on the map, by their own names', async () => {
    const [alpha] = scopes as [ScopeOnHost]
    const shown = await eventually('two probes', async () => {
      const probes = await alpha.probes()
      return probes.length === 2 && probes
    })
    expect(shown.map(({ hostId, hostname }) => [hostId, hostname]).sort()).toEqual(
      hosts.map(({ id, name }) => [id, name]).sort(),
    )
  })

  for (const [family, address, listen] of [
    ['IPv4', '10.77.0.1', '0.0.0.0'],
    ['IPv6', 'fd00:77::1', '::'],
  ] as const)
    it(`a connection from one to the other by ${family} is one edge between the right processes`, async () => {
      const [alpha, beta] = hosts as [Host, Host]
      const [scope] = scopes as [ScopeOnHost]
      const server = await alpha.start(serverCommand(listen))
      const port = Number(await server.ask(''))
      const client = await beta.start(clientCommand())
      await client.ask(`open ${address} ${port}`)
      await client.ask('send 1000')
      const ids = [beta.processId(client.pid), alpha.processId(server.pid)]
      const edges = await eventually('the edge', async () => {
        const near = Object.values((await scope.view('processes')).edges).filter(({ source, target }) =>
          ids.some((id) => id === source || id === target),
        )
        // Until the second report has come, the half of one side leads to an address.
        const isWhole = near.some(
          ({ source, target, bytesSent, bytesReceived }) =>
            ids.includes(source) && ids.includes(target) && bytesSent === 1000 && bytesReceived === 1000,
        )
        return isWhole && near
      })
      expect(edges).toHaveLength(1)
      expect(edges[0]).toMatchObject({
        ...{ source: ids[0], target: ids[1], ports: [port] },
        ...{ open: 1, opened: 1, failed: 0, bytesSent: 1000, bytesReceived: 1000 },
      })
      await client.end()
      await server.end()
    })

  it('connections that wait in a full backlog lead to the process that listens, as the kernels of both hosts have them', async () => {
    const [alpha, beta] = hosts as [Host, Host]
    const [scope] = scopes as [ScopeOnHost]
    const server = await alpha.start(['perl', '-e', NOT_ACCEPTING])
    const port = Number(await server.ask(''))
    const client = await beta.start(clientCommand())
    for (let i = 0; i < 3; i++) await client.ask(`open 10.77.0.1 ${port}`)
    // No more than these: the SYN of a fourth is dropped. It is that of another client, whose attempt has failed if it was kept
    // waiting until the SYN was repeated.
    const fourth = await beta.start(clientCommand())
    expect(await fourth.ask(`leave 10.77.0.1 ${port} 500`)).toBe('left')
    const established = (host: Host, end: 'sport' | 'dport') =>
      host.exec('ss', '-HtnpO', 'state', 'established', end, '=', `:${port}`).trim().split('\n')
    const ofClient = established(beta, 'dport')
    expect(ofClient).toHaveLength(3)
    const isHeld = (line: string) => line.includes('users:')
    expect([ofClient.filter(isHeld).length, established(alpha, 'sport').filter(isHeld).length]).toEqual([
      3, 0,
    ])

    const edgeOf = async () => {
      const ids = [beta.processId(client.pid), alpha.processId(server.pid)]
      const { edges } = await scope.view('processes')
      const near = Object.values(edges).filter(
        ({ source, target }) =>
          source !== beta.processId(fourth.pid) && ids.some((id) => id === source || id === target),
      )
      return near.map(({ source, target, ports, open, opened, failed }) => ({
        ...{ leads: [source, target], ports, open, opened, failed },
      }))
    }
    const expected = [
      {
        leads: [beta.processId(client.pid), alpha.processId(server.pid)],
        ...{ ports: [port], open: 3, opened: 3, failed: 0 },
      },
    ]
    const shown = () => eventually('the edge', async () => deepEqual(await edgeOf(), expected) === undefined)
    await shown()
    expect(await server.ask('3')).toBe('accepted')
    expect(established(alpha, 'sport').filter(isHeld)).toHaveLength(3)
    await shown()
    await client.end()
    await fourth.end()
    await server.end()
  })
})
