import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AppDetails, ProbeSummary } from '../../src/api/types.ts'
import { eventually } from '../support/eventually.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

describeWith(['root'], 'a probe whose app takes little', () => {
  let scope: RunningScope
  beforeAll(async () => {
    scope = await startScope([
      ...['--app.max-nodes=3', '--app.max-connections=1', '--app.max-text=512', '--app.max-posts=2'],
      ...['--no-ebpf', '--probe.publish.interval=100ms'],
    ])
  })
  afterAll(() => scope?.stop())

  const theProbe = async (): Promise<ProbeSummary> => {
    const [probe] = await scope.get<ProbeSummary[]>('/api/probes')
    if (probe === undefined) throw new Error('no probe reports')
    return probe
  }

  it('keeps to its limits, and says what it leaves out', async () => {
    expect((await scope.get<AppDetails>('/api')).limits).toMatchObject({
      ...{ nodes: 3, connections: 1, valueLength: 512, postsPerSecond: 2 },
    })
    const probe = await eventually('the probe leaves out nodes', async () => {
      const one = await theProbe()
      return (one.omitted.nodes ?? 0) > 0 && one
    })
    expect(probe.omitted).toHaveProperty('texts')
    const nodes = Object.values((await scope.view('processes', '?unconnected=show')).nodes)
    expect(nodes.filter(({ id }) => id.startsWith(`${probe.hostId};`)).length).toBeLessThan(3)
    // The probe writes its status now and then.
    await eventually('the app to be well in the status', async () => {
      const status = JSON.parse((await scope.scope('status', '--json')).stdout)
      expect(status.probe.status.apps).toMatchObject([{ state: 'ok' }])
      return true
    })
  })

  it('reports no more often than it may', async () => {
    // While somebody looks, it reports as often as it may.
    const looking = setInterval(() => void scope.get('/api/topology/hosts').catch(() => {}), 1000)
    await eventually('the interval', async () => (await theProbe()).intervalMs === 500)
    const before = (await scope.scope('status', '--json')).stdout
    const { reports } = JSON.parse(before).probe.status.apps[0]
    await eventually('more reports are taken', async () => {
      const { apps } = JSON.parse((await scope.scope('status', '--json')).stdout).probe.status
      return apps[0].state === 'ok' && apps[0].reports > reports + 3
    })
    clearInterval(looking)
    expect((await scope.scope('logs')).stdout).not.toContain('too_many_posts')
  })
})
