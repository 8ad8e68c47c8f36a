import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeReport } from '../../../../src/report/encoding/encoding.ts'
import { clockSkewOf, PROBE_TIME_HEADER } from '../../../../src/report/probe-time.ts'
import { report } from '../../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from '../../start-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.remove())

const post = async (probe: TestProbe, host: string, told?: string) => {
  probe.seq += 1
  const { probeId, epoch, seq } = probe
  const whole = report({ host, intervalMs: 60_000 })
  const body = await encodeReport({ ...whole, envelope: { ...whole.envelope, probeId, epoch, seq } })
  return (await probe.postBody(body, { [PROBE_TIME_HEADER]: told })).status
}
const summaryOf = async (host: string) => {
  const probes = JSON.parse((await ask(`${app.url}/api/probes`)).text)
  return probes.find(({ hostId }: { hostId: string }) => hostId === host)
}
const HOUR_MS = 3_600_000

it.each([
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
])('a clock that is %s is told of, and dates nothing', async (name, offMs) => {
  expect(await post(await connectTestProbe(app), name, String(Date.now() + offMs))).toBe(200)
  const { clockSkewMs, lastSeen, ageMs } = await summaryOf(name)
  expect(Math.abs(clockSkewMs - offMs)).toBeLessThan(HOUR_MS / 2)
  expect(Math.abs(Date.parse(lastSeen) - Date.now())).toBeLessThan(HOUR_MS / 2)
  expect(ageMs).toBeLessThan(HOUR_MS / 2)
})

it.each([
  ['nothing', undefined],
  ['no number', 'yesterday'],
  ['more than a date may be', '9'.repeat(400)],
  ['a negative number', '-5'],
])('a probe that tells %s is taken all the same', async (name, told) => {
  expect(await post(await connectTestProbe(app), name.replaceAll(' ', '-'), told)).toBe(200)
  expect(await summaryOf(name.replaceAll(' ', '-'))).not.toHaveProperty('clockSkewMs')
})

it('is counted in whole milliseconds, on the side of the probe', () => {
  expect(clockSkewOf('1500', 1000.4)).toBe(500)
  expect(clockSkewOf('500', 1000)).toBe(-500)
})
