import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unguarded } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { createReportFeed } from '../../../src/probe/feed/report-feed.ts'
import { startPublisher } from '../../../src/probe/publish/publisher.ts'
import { probeIdOf } from '../../../src/report/proof/proof.ts'
import { eventually } from '../../support/eventually.ts'
import { type HostedService, startHostedService } from '../../support/scope/hosted-service.ts'

let service: HostedService
beforeEach(async () => {
  service = await startHostedService('http://127.0.0.1:1', 's3cret-right')
})
afterEach(() => service.close())

test('a refused token is said once, and tried again with growing pauses', async () => {
  const lines: string[] = []
  const probeKey = generateKeyPairSync('ed25519').privateKey
  const probeId = probeIdOf(probeKey)
  const log = createLogger({ format: 'text', debug: true, write: (line) => lines.push(line) })
  const intervalMs = 20
  const publisher = startPublisher({
    target: { url: service.url, address: '127.0.0.1', origin: 'service', token: 's3cret-wrong' },
    ...{ probeId, probeKey, clusterKey: randomBytes(32), intervalMs, lastingPauseMs: 100, log },
    feed: createReportFeed({
      ...{ probeId, intervalMs, guard: unguarded },
      collect: () => {
        throw new Error('nothing is to be made')
      },
    }),
  })
  try {
    await eventually('five tries', () => service.asked.length >= 5)
    expect(publisher.status()).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('does not take the token of --service-token (this token is not known)'),
    })
  } finally {
    await publisher.stop()
  }
  const times = service.asked.map(({ atMs }) => atMs)
  const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0))
  expect(pauses[3]).toBeGreaterThan(3 * 100)
  expect(lines).toHaveLength(1)
  expect(lines.join() + JSON.stringify(publisher.status())).not.toContain('s3cret')
})
