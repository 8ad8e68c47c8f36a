import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type Host, startHost } from '../../support/machine/hosts/host.ts'
import { type Network, startNetwork } from '../../support/machine/hosts/network.ts'
import { makeClusterKey, type ScopeOnHost, scopeOn } from '../../support/machine/hosts/scope-on.ts'
import { clientCommand, serverCommand } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'

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
})
