import { generateKeyPairSync } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unguarded } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { createAppKeys } from '../../../src/probe/apps/app-keys.ts'
import { createMerger } from '../../../src/probe/assemble/merger.ts'
import { createReportFeed } from '../../../src/probe/feed/report-feed.ts'
import { type Publishing, startPublishing } from '../../../src/probe/publish/publishing.ts'
import { givenTargets } from '../../../src/probe/targets/given-targets.ts'
import { createLookUp } from '../../../src/probe/targets/names/look-up-name.ts'
import { probeIdOf } from '../../../src/report/proof/proof.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { startTestApp, type TestApp } from '../../app/start-test-app.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { startNameServer } from '../../support/machine/network/name-server.ts'

const LIMIT_MS = 120_000
const INTERVAL_MS = 200
let dir: string
let closing: (() => unknown)[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scope-by-name-'))
  closing = [() => rmSync(dir, { recursive: true })]
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
})

/** An app whose cluster key is that of the probe, unless it has one of its own. */
const startAppAt = async (address: string, port: number): Promise<TestApp> => {
  const home = mkdtempSync(join(tmpdir(), 'scope-app-'))
  mkdirSync(join(home, 'state'), { mode: 0o700 })
  cpSync(join(dir, 'cluster.key'), join(home, 'state', 'cluster.key'))
  const app = await startTestApp({ address: `${address}:${port}` }, home)
  closing.push(app.remove)
  return app
}

const publish = async (urls: readonly string[], resolver: string, lines: string[]): Promise<Publishing> => {
  const probeKey = generateKeyPairSync('ed25519').privateKey
  const log = createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) })
  const probeId = probeIdOf(probeKey)
  const merge = createMerger()
  const feed = createReportFeed({
    ...{ probeId, intervalMs: INTERVAL_MS, guard: unguarded },
    collect: () =>
      merge({
        uptimeMs: Math.round(performance.now()),
        host: { id: 'here', name: 'here' },
        probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
        contributions: [],
      }),
  })
  const publishing = startPublishing({
    source: givenTargets(
      urls.map((url) => ({ url, origin: 'named' })),
      { lookUp: createLookUp({ resolver }), log },
    ),
    ...{ feed, probeId, probeKey, clusterKey: await clusterKey(dir), intervalMs: INTERVAL_MS, log },
    guard: unguarded,
    trustOf: () => ({ by: 'system' }),
    trustFor: createAppKeys({
      ...{ stateDir: dir, named: new Map(), nowMs: Date.now, log, audit: { record: () => {} } },
    }),
    onStatus: () => {},
    openChannel: () => ({ wake: () => {}, stop: async () => {} }),
  })
  closing.push(() => publishing.stop())
  return publishing
}

const reportsAt = async ({ url }: TestApp): Promise<string[]> => {
  const probes = (await (await fetch(new URL('/api/probes', url))).json()) as { hostId: string }[]
  return probes.map(({ hostId }) => hostId)
}

test('every app of a name gets the reports, a dead address costs them nothing, and answers that change are followed', {
  timeout: 2 * LIMIT_MS,
}, async () => {
  await clusterKey(dir)
  const port = await freePort()
  const [one, two] = [await startAppAt('127.0.0.2', port), await startAppAt('127.0.0.3', port)]
  const dead = '127.0.0.99'
  const server = await startNameServer({
    'scope1.test': ['127.0.0.2', '127.0.0.3', dead],
    'other.test': ['127.0.0.2'],
  })
  closing.push(server.remove)
  const lines: string[] = []
  const urls = [`http://scope1.test:${port}`, `http://other.test:${port}`, `http://none.test:${port}`]
  const publishing = await publish(urls, server.address, lines)
  const states = (): string[] =>
    publishing
      .status()
      .map(({ url, address = '', state }) => `${new URL(url).hostname} ${address} ${state}`)
      .toSorted()
  const isSettled = (): boolean =>
    states().every((line) => !line.endsWith('waiting') && !line.includes('other.test  '))
  await eventually(
    'both apps',
    async () =>
      (await reportsAt(one)).join() === 'here' && (await reportsAt(two)).join() === 'here' && isSettled(),
    LIMIT_MS,
  )
  // The two names of the first app are one: which of them gets the reports is whichever was met first.
  const ofFirst = states().filter((line) => line.includes('127.0.0.2'))
  expect(ofFirst.map((line) => line.split(' ')[2]).toSorted()).toEqual(['duplicate', 'ok'])
  expect(states()).toContain('scope1.test 127.0.0.3 ok')
  expect(states()).toContain(`scope1.test ${dead} away`)
  expect(states()).toContain('none.test  unresolved')
  // How often that is said is asserted where no look-up is lost: in resolved-targets.test.ts.
  await eventually('that to be said', () => lines.join().includes('no app is found by this name'))

  await server.set({ 'scope1.test': ['127.0.0.2', '127.0.0.4'], 'other.test': ['127.0.0.2'] })
  const three = await startAppAt('127.0.0.4', port)
  await eventually('the app that appeared', async () => (await reportsAt(three)).join() === 'here', LIMIT_MS)
  // It gets reports, but it was not among those that the name led to at first.
  const appeared = await eventually('its answer to be heard', () =>
    publishing.status().find(({ address, state }) => address === '127.0.0.4' && state === 'ok'),
  )
  expect(appeared.appKey).toBeUndefined()
  expect(appeared).toMatchObject({
    state: 'ok',
    distrust: expect.stringContaining('another app than those known under'),
  })
  expect(publishing.status().find(({ address }) => address === '127.0.0.3')?.appKey).toBeDefined()
  await eventually('the dead address to go', () => !states().some((line) => line.includes(dead)), LIMIT_MS)
  expect(states()).toContain('scope1.test 127.0.0.3 ok')
})
