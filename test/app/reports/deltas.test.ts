import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeDelta } from '../../../src/report/delta/make-delta.ts'
import type { Report } from '../../../src/report/schema.ts'
import { pair, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.remove())

const get = async (path: string) => JSON.parse((await ask(`${app.url}${path}`)).text)
const processesOf = async (host: string): Promise<string[]> =>
  Object.values<{ id: string; label: string }>((await get('/api/topology/processes?unconnected=show')).nodes)
    .filter(({ id }) => id.startsWith(`${host};`))
    .map(({ id, label }) => `${id} ${label}`)
    .sort()

const of = (host: string, processes: Readonly<Record<string, string>>, uptimeMs: number): Report =>
  report({
    host,
    uptimeMs,
    intervalMs: 60_000,
    nodes: Object.entries(processes).map(([pid, name]) => processNode(host, Number(pid), { name })),
    metrics: Object.keys(processes).map((pid) => ({
      node: `${host};${pid}`,
      id: 'process_cpu_usage_percent',
      samples: [[0, uptimeMs / 1000]],
    })),
  })

/** The number a report of the probe was posted under. */
const numbered = (of: Report, { seq }: TestProbe): Report => ({ ...of, envelope: { ...of.envelope, seq } })

it('what changed is applied to the report that is held', async () => {
  const probe = await connectTestProbe(app)
  await probe.post(of('alpha', { 1: 'one', 2: 'two' }, 1000))
  const base = numbered(of('alpha', { 1: 'one', 2: 'two' }, 1000), probe)
  const delta = makeDelta(base, of('alpha', { 2: 'zwei', 3: 'drei' }, 2000))
  expect(await probe.post(delta)).toMatchObject({ status: 200, body: { seq: 2 } })
  expect(await processesOf('alpha')).toEqual(['alpha;2 zwei', 'alpha;3 drei'])
})

it('samples of all reports are kept, whichever way they came', async () => {
  const probe = await connectTestProbe(app)
  let base = of('beta', { 1: 'one', 2: 'two' }, 1000)
  await probe.post(base)
  base = numbered(base, probe)
  for (const uptimeMs of [2000, 3000, 4000]) {
    const next = of('beta', { 1: 'one', 2: 'two' }, uptimeMs)
    const kept = { ...next, nodes: base.nodes, metrics: next.metrics.filter(({ node }) => node === 'beta;1') }
    expect((await probe.post(makeDelta(base, kept))).status).toBe(200)
    base = numbered(kept, probe)
  }
  const valuesOf = async (pid: number) => {
    const { node } = await get(`/api/topology/processes/beta%3B${pid}`)
    const [metric] = node.metrics
    return { value: metric.value, samples: metric.samples.map(({ value }: { value: number }) => value) }
  }
  expect(await valuesOf(1)).toEqual({ value: 4, samples: [1, 2, 3, 4] })
  expect(await valuesOf(2)).toEqual({ value: 1, samples: [1] })
})

it('rates are counted across reports that were sent as changes', async () => {
  const probe = await connectTestProbe(app)
  const at = (uptimeMs: number, opened: number) =>
    report({
      host: 'gamma',
      uptimeMs,
      intervalMs: 60_000,
      nodes: [processNode('gamma', 1), processNode('gamma', 2)],
      connections: [pair('gamma;1', 'gamma;2', 80, { opened })],
    })
  let base = at(1000, 10)
  await probe.post(base)
  for (const [uptimeMs, opened] of [
    [2000, 12],
    [4000, 16],
  ] as const) {
    const next = at(uptimeMs, opened)
    await probe.post(makeDelta(numbered(base, probe), next))
    base = next
  }
  const { edges } = await get('/api/topology/processes')
  const edge = Object.values<{ source: string }>(edges).find(({ source }) => source === 'gamma;1')
  expect(edge).toMatchObject({ opened: 16, openedPerSecond: 2 })
})

it('a change of a report that is not held is asked for whole, and the whole is taken', async () => {
  const probe = await connectTestProbe(app)
  const next = of('delta', { 1: 'one' }, 2000)
  const delta = makeDelta(of('delta', {}, 1000), next)
  const answer = await probe.post(delta)
  expect(answer).toMatchObject({
    status: 409,
    body: { need: 'full', error: { code: 'need_full', field: 'envelope.base' } },
  })
  probe.seq -= 1
  expect((await probe.post(next)).status).toBe(200)
  expect(await processesOf('delta')).toEqual(['delta;1 one'])
  expect(app.logged.filter((line) => line.includes('need_full'))).toEqual([])
})

it('nothing of a change that does not fit is taken, and the probe may go on from what was held', async () => {
  const probe = await connectTestProbe(app)
  const first = of('epsilon', { 1: 'one', 2: 'two' }, 1000)
  await probe.post(first)
  const base = numbered(first, probe)
  const next = of('epsilon', { 1: 'uno' }, 2000)
  const lie = { ...makeDelta(base, next), connections: [pair('epsilon;1', 'epsilon;9', 80)] }
  expect(await probe.post(lie)).toMatchObject({ status: 400, body: { error: { code: 'unknown_node' } } })
  expect(await processesOf('epsilon')).toEqual(['epsilon;1 one', 'epsilon;2 two'])
  expect((await probe.post(makeDelta(base, next))).status).toBe(200)
  expect(await processesOf('epsilon')).toEqual(['epsilon;1 uno'])
})

it('whatever is lost on the way, the map is right after the next report that is taken', async () => {
  const probe = await connectTestProbe(app)
  const step = fc.record({
    processes: fc.dictionary(fc.constantFrom('1', '2', '3'), fc.constantFrom('a', 'b')),
    fate: fc.constantFrom('arrives', 'arrives', 'lost', 'its answer is lost', 'a new epoch'),
  })
  let uptimeMs = 1000
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      // what the probe believes the app to hold: a belief that may be wrong, and is put right by a 409
      let believed: Report | undefined
      for (const { processes, fate } of steps) {
        uptimeMs += 1000
        const next = of('zeta', processes, uptimeMs)
        if (fate === 'a new epoch') probe.restart()
        if (fate === 'lost') {
          probe.seq += 1
          continue
        }
        let answer = await probe.post(believed === undefined ? next : makeDelta(believed, next))
        if (answer.body.need === 'full') {
          probe.seq -= 1
          answer = await probe.post(next)
        }
        expect(answer.status).toBe(200)
        expect(await processesOf('zeta')).toEqual(
          Object.entries(processes).map(([pid, name]) => `zeta;${pid} ${name}`),
        )
        if (fate !== 'its answer is lost') believed = numbered(next, probe)
      }
    }),
    { numRuns: 40 },
  )
})
