import { generateKeyPairSync } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registerInWeave } from '../../../../src/app/weave/register.ts'
import { unguarded } from '../../../../src/log/faults.ts'
import { createLogger } from '../../../../src/log/log.ts'
import { createAppKeys } from '../../../../src/probe/apps/app-keys.ts'
import { createMerger } from '../../../../src/probe/assemble/merger.ts'
import { createReportFeed } from '../../../../src/probe/feed/report-feed.ts'
import { type Publishing, startPublishing } from '../../../../src/probe/publish/publishing.ts'
import { weaveTargets } from '../../../../src/probe/targets/weave/weave-targets.ts'
import { createRouterWatch } from '../../../../src/probe/weave/router-watch.ts'
import { probeIdOf } from '../../../../src/report/proof/proof.ts'
import { clusterKey } from '../../../../src/state/state-dir.ts'
import { createRouterClient } from '../../../../src/weave/router-client.ts'
import { startTestApp, type TestApp } from '../../../app/start-test-app.ts'
import { eventually } from '../../../support/eventually.ts'
import { freePort } from '../../../support/machine/free-port.ts'
import { startWeaveRouter, type WeaveRouter } from '../../../support/weave/router.ts'

const LIMIT_MS = 120_000
const INTERVAL_MS = 200
let dir: string
let router: WeaveRouter
let closing: (() => unknown)[]
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scope-by-weave-'))
  router = await startWeaveRouter({ range: '127.0.0.0/8' })
  closing = [() => rmSync(dir, { recursive: true }), () => router.stop()]
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
})

const silent = createLogger({ format: 'text', debug: false, write: () => {} })
const client = () =>
  createRouterClient({ address: { host: '127.0.0.1', port: router.port }, distrust: () => undefined })

/** An app that registers itself. @param isOfCluster whether it holds the cluster key of the probe */
const startAppAt = async (address: string, port: number, isOfCluster: boolean): Promise<TestApp> => {
  const home = mkdtempSync(join(tmpdir(), 'scope-app-'))
  mkdirSync(join(home, 'state'), { mode: 0o700 })
  if (isOfCluster) cpSync(join(dir, 'cluster.key'), join(home, 'state', 'cluster.key'))
  const app = await startTestApp({ address: `${address}:${port}` }, home)
  const { stop } = registerInWeave({
    ...{ client: client(), name: 'scope.weave.local', id: `scope:${address}`, log: silent, everyMs: 200 },
    guard: unguarded,
    ownAddresses: () => [address],
  })
  closing.push(app.remove, stop)
  return app
}

const publish = async (port: number): Promise<Publishing> => {
  const probeKey = generateKeyPairSync('ed25519').privateKey
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
  const watch = createRouterWatch({ client: client(), log: silent, everyMs: 100 })
  const publishing = startPublishing({
    source: weaveTargets({
      ...{ router: watch, url: `http://scope.weave.local:${port}`, log: silent, isOwn: () => false },
    }),
    ...{ feed, probeId, probeKey, clusterKey: await clusterKey(dir), intervalMs: INTERVAL_MS, log: silent },
    guard: unguarded,
    trustOf: () => ({ by: 'system' }),
    trustFor: createAppKeys({
      ...{ stateDir: dir, named: new Map(), nowMs: Date.now, log: silent, audit: { record: () => {} } },
    }),
    onStatus: () => {},
    openChannel: () => ({ wake: () => {}, stop: async () => {} }),
  })
  closing.push(
    () => publishing.stop(),
    () => watch.stop(),
  )
  await watch.start(unguarded)
  return publishing
}

const hostsAt = async ({ url }: TestApp): Promise<string> => {
  const probes = (await (await fetch(new URL('/api/probes', url))).json()) as { hostId: string }[]
  return probes.map(({ hostId }) => hostId).join()
}

test('apps that register themselves get reports with no option given, if they prove the cluster key', {
  timeout: 2 * LIMIT_MS,
}, async () => {
  await clusterKey(dir)
  const port = await freePort()
  const [one, two] = [await startAppAt('127.0.0.2', port, true), await startAppAt('127.0.0.3', port, true)]
  const stranger = await startAppAt('127.0.0.4', port, false)
  const publishing = await publish(port)
  await eventually(
    'both apps',
    async () => (await hostsAt(one)) === 'here' && (await hostsAt(two)) === 'here',
    LIMIT_MS,
  )
  const statusAt = (address: string) => publishing.status().find((app) => app.address === address)
  await eventually('the stranger', () => statusAt('127.0.0.4')?.state === 'refused', LIMIT_MS)
  expect(statusAt('127.0.0.4')?.reason).toContain('cluster key')
  expect(await hostsAt(stranger)).toBe('')
  // Anybody can add a name, so it makes nobody one who gives orders.
  for (const address of ['127.0.0.2', '127.0.0.3']) {
    await eventually('its answer to be heard', () => statusAt(address)?.state === 'ok')
    expect(statusAt(address)).toMatchObject({ origin: 'discovered' })
    expect(statusAt(address)?.appKey).toBeUndefined()
    expect(statusAt(address)?.distrust).toContain('anybody can add an app')
  }

  const later = await startAppAt('127.0.0.5', port, true)
  await eventually('the app that came later', async () => (await hostsAt(later)) === 'here', LIMIT_MS)
})
