import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { type Host, startHost } from '../../../support/machine/hosts/host.ts'
import { type Network, startNetwork } from '../../../support/machine/hosts/network.ts'
import { makeClusterKey, type ScopeOnHost, scopeOn } from '../../../support/machine/hosts/scope-on.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { peerNames, threePeers } from '../../../support/weave/peers.ts'
import { type RouterOnHost, startRouterOn } from '../../../support/weave/router-on.ts'

const LIMIT_MS = 120_000
const cheap = ['--no-ebpf', '--probe.docker=false']
const { one, two, three } = peerNames

describeWith(['root', 'hosts'], 'two hosts of a Weave network', () => {
  let network: Network
  let hosts: Host[]
  let routers: RouterOnHost[]
  let scopes: ScopeOnHost[]
  beforeAll(async () => {
    network = await startNetwork()
    hosts = await Promise.all(['one', 'two'].map((name) => startHost(name)))
    hosts.forEach((host, i) => {
      network.attach(host, { device: 'weave', addresses: [`10.32.0.${i + 1}/12`] })
    })
    routers = await Promise.all(
      hosts.map((host, i) => startRouterOn(host, { name: i === 0 ? one : two, peers: threePeers })),
    )
    const clusterKey = makeClusterKey()
    scopes = await Promise.all(
      hosts.map((host, i) => scopeOn(host, i === 0 ? cheap : ['--probe-only', ...cheap], { clusterKey })),
    )
    await Promise.all(scopes.map((scope) => scope.launch()))
  }, 2 * LIMIT_MS)
  afterAll(async () => {
    await Promise.all(scopes?.map((scope) => scope.close()) ?? [])
    await Promise.all(routers?.map((router) => router.end()) ?? [])
    await Promise.all(hosts?.map((host) => host.end()) ?? [])
    await network?.end()
  }, LIMIT_MS)

  it('are on one map though no app was named, and the routers with them; the name goes with the app', {
    timeout: 3 * LIMIT_MS,
  }, async () => {
    const [here, there] = routers as [RouterOnHost, RouterOnHost]
    const [app, probe] = scopes as [ScopeOnHost, ScopeOnHost]
    const [name] = await eventually(
      'the name of the app',
      async () => {
        const names = await here.names()
        return names.length > 0 && names
      },
      LIMIT_MS,
    )
    expect(name).toMatchObject({
      Hostname: 'scope.weave.local.',
      ContainerID: 'scope:4040',
      Address: '10.32.0.1',
    })
    // The router has it a moment before the app has the answer and says so.
    await eventually('the status of the app', async () => {
      const { stdout } = await app.scope('status')
      expect(stdout).toContain('registered in weaveDNS as scope.weave.local (10.32.0.1)')
      return true
    })

    if (name) await there.tell(name)
    await eventually('both probes', async () => (await app.probes()).length === 2, LIMIT_MS)
    await eventually('the status of the probe', async () => {
      const { stdout } = await probe.scope('status')
      expect(stdout).toMatch(
        /publishes to http:\/\/scope\.weave\.local:4040 \(10\.32\.0\.1\): ok \(.*anybody can add an app.*\), found by weaveDNS/,
      )
      return true
    })

    const view = await eventually(
      'the routers',
      async () => {
        const now = await app.view('weave')
        return Object.values(now.nodes).filter(({ pseudo }) => !pseudo).length === 2 && now
      },
      LIMIT_MS,
    )
    expect(
      Object.values(view.nodes)
        .map(({ id, pseudo = false }) => [id, pseudo])
        .sort(),
    ).toEqual(
      [
        [`#${one}`, false],
        [`#${two}`, false],
        [`#${three}`, true],
      ].sort(),
    )
    expect(
      Object.values(view.edges)
        .map(({ source, target }) => `${source} ${target}`)
        .sort(),
    ).toEqual([`#${one} #${two}`, `#${three} #${one}`, `#${two} #${three}`].sort())

    expect((await app.scope('stop')).code).toBe(0)
    // The app does not wait for a router that is slow to answer.
    await expect.poll(here.names).toEqual([])
  })
})
