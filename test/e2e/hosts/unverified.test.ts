import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Edge, NodeSummary } from '../../../src/api/types.ts'
import { eventually } from '../../support/eventually.ts'
import { type Host, startHost } from '../../support/machine/hosts/host.ts'
import { type Network, startNetwork } from '../../support/machine/hosts/network.ts'
import { type ScopeOnHost, scopeOn } from '../../support/machine/hosts/scope-on.ts'
import { clientCommand, serverCommand } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'

// Two machines on which nothing is set up: each has made a cluster key of its own.
describeWith(['root', 'ebpf', 'hosts'], 'two hosts with a cluster key each', () => {
  let network: Network
  let hosts: [Host, Host]
  let alpha: ScopeOnHost
  let beta: ScopeOnHost

  beforeAll(async () => {
    network = await startNetwork()
    hosts = await Promise.all([startHost('alpha'), startHost('beta')])
    hosts.forEach((host, i) => {
      network.attach(host, { addresses: [`10.77.0.${i + 1}/24`] })
    })
    alpha = await scopeOn(hosts[0])
    beta = await scopeOn(hosts[1], ['--probe-only', '10.77.0.1'])
    await alpha.launch()
    await beta.launch()
  })
  afterAll(async () => {
    await Promise.all([alpha?.close(), beta?.close()])
    await Promise.all(hosts?.map((host) => host.end()) ?? [])
    await network?.end()
  })

  const both = () =>
    eventually('two probes', async () => {
      const probes = await alpha.probes()
      return probes.length === 2 && probes
    })

  it('are on one map, and the one that is elsewhere is marked as unverified', async () => {
    const probes = await both()
    expect(Object.fromEntries(probes.map(({ hostId, verified }) => [hostId, verified]))).toEqual({
      [hosts[0].id]: true,
      [hosts[1].id]: false,
    })
    const { nodes } = await alpha.view('hosts', '?unconnected=show')
    const of = (id: string): NodeSummary | undefined => nodes[`${id};<host>`]
    expect(of(hosts[0].id)?.verified).toBeUndefined()
    expect(of(hosts[1].id)).toMatchObject({ verified: false })
    const found = await alpha.view('hosts', '?unconnected=show&q=verified:no')
    expect(Object.keys(found.nodes)).toEqual([`${hosts[1].id};<host>`])
  })

  it('a connection between them is one edge', async () => {
    const server = await hosts[0].start(serverCommand('0.0.0.0'))
    const port = Number(await server.ask(''))
    const client = await hosts[1].start(clientCommand())
    await client.ask(`open 10.77.0.1 ${port}`)
    await client.ask('send 1000')
    const ids = [hosts[1].processId(client.pid), hosts[0].processId(server.pid)]
    const edges = await eventually('the edge', async () => {
      const near = Object.values((await alpha.view('processes')).edges).filter(({ source, target }) =>
        ids.some((id) => id === source || id === target),
      )
      const isWhole = ({ source, target, bytesSent }: Edge) =>
        ids.includes(source) && ids.includes(target) && bytesSent === 1000
      return near.some(isWhole) && near
    })
    expect(edges).toHaveLength(1)
    expect(edges[0]).toMatchObject({ source: ids[0], target: ids[1], open: 1, bytesSent: 1000 })
    await client.end()
    await server.end()
  })

  it('both sides say how it stands', async () => {
    const { stdout } = await eventually('the status to say so', async () => {
      const told = await beta.scope('status')
      expect(told.code).toBe(0)
      return told.stdout.includes('it gets reports, and its orders are not taken') && told
    })
    expect(stdout).toContain('scope token --join')
    const [app] = beta.probeStatus().apps
    expect(app).toMatchObject({ state: 'ok', unproven: true })
    const offered = await alpha.get<{ nodes: readonly { id: string }[] }>(
      '/api/controls?topology=hosts&unconnected=show&q=verified:no',
    )
    expect(offered.nodes).toEqual([])
  })

  it('the one that gets the key of the other is verified, with the same host', async () => {
    await beta.scope('stop')
    const key = hosts[0].exec('cat', '/var/lib/scope/cluster.key')
    hosts[1].write('/var/lib/scope/cluster.key', key, 0o600)
    await beta.launch()
    await eventually('the proof', async () => {
      const probes = await alpha.probes()
      return probes.length === 2 && probes.every(({ verified }) => verified)
    })
    expect((await alpha.view('hosts', '?unconnected=show&q=verified:no')).nodes).toEqual({})
  })

  it('and is no longer taken without it', async () => {
    await beta.scope('stop')
    hosts[1].exec('rm', '/var/lib/scope/cluster.key')
    await beta.launch()
    const refused = await eventually('the refusal', () => {
      const [app] = beta.probeStatus().apps
      return app?.state === 'refused' && app
    })
    expect(refused.reason).toContain('was_verified')
    const forgotten = await alpha.scope('forget-host', hosts[1].id)
    expect(forgotten).toMatchObject({ code: 0, stdout: expect.stringContaining('forgotten') })
    await eventually(
      'it to be seen again',
      async () => (await alpha.probes()).some(({ verified }) => !verified),
      60_000,
    )
  })
})
