import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hashBody, proofHeaders } from '../../../../src/report/proof/proof.ts'
import { processNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe } from '../../../support/scope/app-client.ts'
import { ask, eventually, startTestApp, type TestApp } from '../../start-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.remove())

const of = (host: string) => report({ host, nodes: [processNode(host, 1)], intervalMs: 60_000 })
const hosts = async (): Promise<string[]> =>
  JSON.parse((await ask(`${app.url}/api/probes`)).text).map(({ hostId }: { hostId: string }) => hostId)
const refusalOf = async (answer: Response) => ({
  status: answer.status,
  code: ((await answer.json()) as { error: { code: string } }).error.code,
})

it('takes the host off the map at once, and an event tells so', async () => {
  const probe = await connectTestProbe(app)
  await probe.post(of('alpha'))
  expect(await hosts()).toContain('alpha')
  expect((await probe.sayGoodbye()).status).toBe(204)
  expect(await hosts()).not.toContain('alpha')
  await eventually(async () => {
    const { events } = JSON.parse((await ask(`${app.url}/api/events?kind=probe-lost`)).text)
    expect(events[0].text).toContain('The probe of alpha reports no more')
  })
})

it('is no silence, also when it comes some intervals after the last report', async () => {
  const probe = await connectTestProbe(app)
  await probe.post(report({ host: 'resting', intervalMs: 100 }))
  await sleep(500)
  expect((await probe.sayGoodbye()).status).toBe(204)
  await eventually(async () => {
    const { events } = JSON.parse((await ask(`${app.url}/api/events?kind=probe-lost`)).text)
    expect(events.map(({ text }: { text: string }) => text)).toContain(
      'The probe of resting reports no more; what it saw is off the map',
    )
  })
})

it('is worth nothing a second time, also when the probe reports again', async () => {
  const probe = await connectTestProbe(app)
  await probe.post(of('beta'))
  const last = probe.seq
  expect((await probe.sayGoodbye()).status).toBe(204)
  expect(await refusalOf(await probe.sayGoodbye())).toEqual({ status: 409, code: 'not_reported' })
  expect((await probe.post(of('beta'))).status).toBe(200)
  expect(await refusalOf(await probe.sayGoodbye({ seq: last }))).toEqual({ status: 409, code: 'stale_seq' })
  const before = probe.epoch
  probe.restart()
  expect((await probe.post(of('beta'))).status).toBe(200)
  expect(await refusalOf(await probe.sayGoodbye({ epoch: before, seq: last + 1 }))).toEqual({
    ...{ status: 409, code: 'not_reported' },
  })
  expect(await hosts()).toContain('beta')
})

it('keeps out what was sent before it and comes after', async () => {
  const probe = await connectTestProbe(app)
  await probe.post(of('gamma'))
  probe.seq += 3
  expect((await probe.sayGoodbye()).status).toBe(204)
  probe.seq -= 2
  expect((await probe.post(of('gamma'))).body.error?.code).toBe('stale_seq')
  expect(await hosts()).not.toContain('gamma')
})

it('must be signed by the probe, for this purpose and this app', async () => {
  const probe = await connectTestProbe(app)
  await probe.post(of('delta'))
  const forger = await connectTestProbe(app)
  await forger.post(of('epsilon'))
  const named = { [proofHeaders.probeId]: probe.probeId, [proofHeaders.epoch]: probe.epoch }
  expect((await forger.sayGoodbye({}, named)).status).toBe(403)
  expect((await probe.sayGoodbye({ purpose: 'report' })).status).toBe(403)
  expect((await probe.sayGoodbye({ challenge: 'another' })).status).toBe(401)
  expect((await probe.sayGoodbye({ seq: 99 }, { [proofHeaders.seq]: '98' })).status).toBe(403)
  const body = hashBody(new Uint8Array([1]))
  expect((await probe.sayGoodbye({}, { [proofHeaders.bodySha256]: body })).status).toBe(403)
  expect((await ask(`${app.url}/api/report`, { method: 'DELETE' })).status).toBe(401)
  const stranger = await connectTestProbe({ ...app, key: probe.key, clusterKey: Buffer.alloc(32) })
  stranger.epoch = probe.epoch
  stranger.seq = probe.seq
  const challenge = (await stranger.sayGoodbye()).headers.get(proofHeaders.challenge) ?? ''
  expect((await stranger.sayGoodbye({ challenge })).status).toBe(403)
  expect(await hosts()).toEqual(expect.arrayContaining(['delta', 'epsilon']))
})
