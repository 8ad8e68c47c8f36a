import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort } from '../support/machine/free-port.ts'
import { pair, processNode, report } from '../support/reports/reports.ts'
import { connectTestProbe } from '../support/scope/app-client.ts'
import { ask, eventually, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp
beforeEach(async () => {
  app = await startTestApp({ windowMs: 100 })
})
afterEach(() => app.remove())

const get = async (path: string) => JSON.parse((await ask(`${app.url}${path}`)).text)
const nodeIds = async () => Object.keys((await get('/api/topology/processes?unconnected=show')).nodes).sort()

const of = (host: string, pid: number, parts: Parameters<typeof report>[0] = {}) =>
  report({ host, nodes: [processNode(host, pid)], intervalMs: 60_000, ...parts })

it('a restarted probe replaces what it said before at once, and the old one is not heard again', async () => {
  const probe = await connectTestProbe(app)
  await probe.post(of('alpha', 1))
  expect(await nodeIds()).toEqual(['alpha;1'])
  const old = probe.epoch
  probe.restart()
  expect((await probe.post(of('alpha', 2, { uptimeMs: 5 }))).status).toBe(200)
  expect(await nodeIds()).toEqual(['alpha;2'])
  probe.epoch = old
  probe.seq = 100
  expect(await probe.post(of('alpha', 1, { uptimeMs: 900_000 }))).toMatchObject({
    status: 409,
    body: { error: { code: 'key_in_use' } },
  })
  expect(await nodeIds()).toEqual(['alpha;2'])
})

it('a second probe of one host is refused by name, until the first falls silent', async () => {
  const first = await connectTestProbe(app)
  const second = await connectTestProbe(app)
  await first.post(of('alpha', 1, { uptimeMs: 1000 }))
  const refused = await second.post(of('alpha', 2))
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'host_taken', field: 'host.id' } } })
  expect(refused.body.error?.message).toContain(first.probeId)
  await first.post(of('alpha', 1, { uptimeMs: 2000, intervalMs: 1000 }))
  await eventually(async () => expect((await second.post(of('alpha', 2))).status).toBe(200))
  expect(await nodeIds()).toEqual(['alpha;2'])
})

it('the nodes of a silent probe go, and come back with it', async () => {
  const probe = await connectTestProbe(app)
  const other = await connectTestProbe(app)
  await other.post(of('beta', 1))
  await probe.post(of('alpha', 1, { uptimeMs: 1000 }))
  expect(await nodeIds()).toEqual(['alpha;1', 'beta;1'])
  await probe.post(of('alpha', 1, { uptimeMs: 2000, intervalMs: 1000 }))
  await eventually(async () => expect(await nodeIds()).toEqual(['beta;1']))
  expect((await get('/api/probes')).length).toBe(1)
  probe.seq -= 1
  expect((await probe.post(of('alpha', 1, { uptimeMs: 9000 }))).body.error?.code).toBe('stale_seq')
  expect((await probe.post(of('alpha', 1, { uptimeMs: 9000 }))).status).toBe(200)
  expect(await nodeIds()).toEqual(['alpha;1', 'beta;1'])
})

it('a restarted app asks for a new proof and takes up where the probe is', async () => {
  await app.remove()
  app = await startTestApp({ address: `127.0.0.1:${await freePort()}` })
  const probe = await connectTestProbe(app)
  for (const uptimeMs of [1000, 2000, 3000]) await probe.post(of('alpha', 1, { uptimeMs }))
  app = await app.restarted()
  expect(await probe.post(of('alpha', 1, { uptimeMs: 4000 }))).toMatchObject({
    status: 200,
    body: { seq: 4 },
  })
  expect(await nodeIds()).toEqual(['alpha;1'])
})

it('lists probes with their collectors, load and what they left out', async () => {
  const probe = await connectTestProbe(app)
  const parts = {
    status: [
      {
        id: 'connections',
        mode: 'proc',
        state: 'degraded' as const,
        reason: 'no eBPF',
        sinceMs: 500,
        counters: { lost: 3 },
      },
    ],
    omitted: { connections: 25_000 },
  }
  const cpu = (cpuMs: number, uptimeMs: number) => {
    const base = of('alpha', 1, { ...parts, uptimeMs })
    return { ...base, probe: { ...base.probe, cpuMs } }
  }
  await probe.post(cpu(100, 1000))
  expect((await get('/api/probes'))[0].cpuPercent).toBeNull()
  await probe.post(cpu(125, 2000))
  const [summary] = await get('/api/probes')
  expect(summary).toMatchObject({
    id: probe.probeId,
    hostname: 'alpha',
    hostId: 'alpha',
    verified: true,
    cpuPercent: 2.5,
    omitted: { connections: 25_000, nodes: 0 },
    collectors: [
      { id: 'connections', mode: 'proc', state: 'degraded', reason: 'no eBPF', counters: { lost: 3 } },
    ],
  })
  expect(Date.parse(summary.lastSeen) - Date.parse(summary.collectors[0].since)).toBeGreaterThanOrEqual(499)
})

it('tells how old the last report of each probe is, whatever the clock of the probe', async () => {
  const [silent, live] = [await connectTestProbe(app), await connectTestProbe(app)]
  await silent.post(of('alpha', 1, { uptimeMs: 1000, intervalMs: 60_000 }))
  const age = async (hostId: string): Promise<number> =>
    (await get('/api/probes')).find((one: { hostId: string }) => one.hostId === hostId)?.ageMs
  await eventually(async () => expect(await age('alpha')).toBeGreaterThan(100))
  await live.post(of('beta', 1, { uptimeMs: 1000, intervalMs: 2000 }))
  const [alpha, beta] = await get('/api/probes').then((probes) =>
    ['alpha', 'beta'].map((id) => probes.find((one: { hostId: string }) => one.hostId === id)),
  )
  expect([alpha.intervalMs, beta.intervalMs]).toEqual([60_000, 2000])
  expect(alpha.ageMs).toBeGreaterThan(beta.ageMs)
  expect(
    Math.abs(Date.parse(alpha.lastSeen) + alpha.ageMs - Date.parse(beta.lastSeen) - beta.ageMs),
  ).toBeLessThan(2)
})

it('rates come from two reports of one epoch', async () => {
  const probe = await connectTestProbe(app)
  const talking = (opened: number, uptimeMs: number) =>
    report({
      nodes: [processNode('alpha', 1), processNode('alpha', 2)],
      connections: [pair('alpha;1', 'alpha;2', 80, { opened, sinceMs: 0, lastMs: uptimeMs })],
      uptimeMs,
      intervalMs: 60_000,
    })
  await probe.post(talking(10, 1000))
  await probe.post(talking(30, 3000))
  const [edge] = Object.values((await get('/api/topology/processes')).edges)
  expect(edge).toMatchObject({ opened: 30, openedPerSecond: 10 })
})
