import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbeSummary, ViewDocument } from '../../../src/api/types.ts'
import { eventually } from '../../support/eventually.ts'
import { startListeners, startShortClient } from '../../support/machine/network/short-traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'

const LISTENERS = 200
const CONNECTIONS = 2000

type Traffic = Awaited<ReturnType<typeof startListeners>>

/** The probe, from its first report on. */
const probeOf = (scope: RunningScope): Promise<ProbeSummary> =>
  eventually('the probe', async () => (await scope.get<ProbeSummary[]>('/api/probes'))[0])

const hostOf = async (scope: RunningScope): Promise<string> => (await probeOf(scope)).hostId

/** The edges from one process to the listeners, and what they add up to. */
const summed = (view: ViewDocument, hostId: string, client: number, traffic: Traffic) => {
  const targets = new Set(traffic.listeners.map(({ pid }) => `${hostId};${pid}`))
  const edges = Object.values(view.edges).filter(
    (e) => e.source === `${hostId};${client}` && targets.has(e.target),
  )
  const sum = (field: 'opened' | 'closed' | 'failed' | 'open') =>
    edges.reduce((total, e) => total + e[field], 0)
  return {
    edges: edges.length,
    opened: sum('opened'),
    closed: sum('closed'),
    failed: sum('failed'),
    open: sum('open'),
  }
}

describeWith(['root', 'ebpf'], 'two thousand short connections with eBPF', () => {
  let scope: RunningScope
  let traffic: Traffic
  let hostId: string

  beforeAll(async () => {
    scope = await startScope(['--probe.docker=false'])
    traffic = await startListeners(LISTENERS)
    hostId = await hostOf(scope)
  })
  afterAll(async () => {
    await traffic?.end()
    await scope?.stop()
  })

  const whole = { edges: LISTENERS, opened: CONNECTIONS, closed: CONNECTIONS, failed: 0, open: 0 }
  const allOf = (client: { readonly pid: number }) =>
    eventually('all of them', async () => {
      // One that is told as a half for a moment comes from an address.
      expect(summed(await scope.view('processes'), hostId, client.pid, traffic)).toEqual(whole)
      return true
    })

  it('are all on the map, each counted once, with the right processes', async () => {
    const client = startShortClient(
      CONNECTIONS,
      traffic.listeners.map(({ port }) => port),
    )
    await client.round()
    await allOf(client)
    await client.end()
  })

  it('add up to the same when the app is killed and started again in between', async () => {
    const client = startShortClient(
      CONNECTIONS / 2,
      traffic.listeners.map(({ port }) => port),
    )
    await client.round()
    process.kill(await scope.pidOf('app'), 'SIGKILL')
    await client.round()
    expect(await scope.launch()).toMatchObject({ code: 0, stderr: '' })
    await allOf(client)
    await client.end()
  })

  it('lose nothing, and the probe says so', async () => {
    const { collectors } = await probeOf(scope)
    const connections = collectors.find(({ id }) => id === 'connections')
    expect(connections).toMatchObject({ mode: 'ebpf', state: 'ok', counters: { lost: 0, stateFull: 0 } })
  })
})

describeWith(['root'], 'polling /proc', () => {
  let scope: RunningScope
  let traffic: Traffic

  beforeAll(async () => {
    scope = await startScope(['--no-ebpf', '--probe.docker=false'])
    traffic = await startListeners(2)
  })
  afterAll(async () => {
    await traffic?.end()
    await scope?.stop()
  })

  it('says that it polls, in the status and over the API', async () => {
    expect((await scope.scope('status')).stdout).toMatch(/polling \/proc.*eBPF is turned off/s)
    const { collectors } = await probeOf(scope)
    expect(collectors.find(({ id }) => id === 'connections')).toMatchObject({
      mode: 'proc',
      state: 'degraded',
      reason: expect.stringMatching(/not seen/),
    })
  })

  it('shows connections that stay', async () => {
    const { startClient } = await import('../../support/machine/network/traffic.ts')
    const client = await startClient()
    const [listener] = traffic.listeners
    await client.ask(`open 127.0.0.1 ${listener?.port}`)
    const hostId = await hostOf(scope)
    await eventually(
      'the edge',
      async () => summed(await scope.view('processes'), hostId, client.pid, traffic).open === 1,
    )
    await client.end()
  })
})
