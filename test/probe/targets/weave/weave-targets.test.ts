import { afterEach, beforeEach, expect, test } from 'vitest'
import { unguarded } from '../../../../src/log/faults.ts'
import { createLogger } from '../../../../src/log/log.ts'
import type { FoundTargets } from '../../../../src/probe/targets/target.ts'
import { weaveTargets } from '../../../../src/probe/targets/weave/weave-targets.ts'
import { createRouterWatch } from '../../../../src/probe/weave/router-watch.ts'
import { createRouterClient } from '../../../../src/weave/router-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { startWeaveRouter, type WeaveRouter } from '../../../support/weave/router.ts'

const LIMIT_MS = 60_000
let router: WeaveRouter
let ends: (() => unknown)[]
let lines: string[]
beforeEach(async () => {
  router = await startWeaveRouter()
  ends = [() => router.stop()]
  lines = []
})
afterEach(async () => {
  for (const end of ends.toReversed()) await end()
})

/** Looks for apps, and returns the addresses that are known. */
const look = async (url = 'http://scope.weave.local:4040'): Promise<() => string[]> => {
  const log = createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) })
  const client = createRouterClient({
    address: { host: '127.0.0.1', port: router.port },
    distrust: () => undefined,
  })
  const watch = createRouterWatch({ client, log, everyMs: 50, longestPauseMs: 50 })
  ends.push(() => watch.stop())
  let found: FoundTargets | undefined
  const stop = weaveTargets({ router: watch, url, log, isOwn: (ip) => ip === '10.32.0.1' }).watch((all) => {
    found = all
  })
  ends.push(stop)
  expect(found).toEqual({ targets: [], unresolved: [] })
  await watch.start(unguarded)
  return () => {
    expect(found?.unresolved).toEqual([])
    for (const target of found?.targets ?? []) expect(target).toMatchObject({ url, origin: 'discovered' })
    return (found?.targets ?? []).map(({ address }) => address).sort()
  }
}
const app = (Address: string, ContainerID = `scope:${Address}`) =>
  router.add({ Hostname: 'scope.weave.local.', ContainerID, Address })

test('apps of the network are found, also later ones, but not that of this machine', {
  timeout: LIMIT_MS,
}, async () => {
  for (const address of ['10.32.0.1', '10.32.0.2', '10.40.0.3']) app(address)
  router.add({ Hostname: 'other.weave.local.', ContainerID: 'x', Address: '10.32.0.9' })
  const known = await look()
  await eventually('two apps', () => known().length === 2, LIMIT_MS)
  expect(known()).toEqual(['10.32.0.2', '10.40.0.3'])
  app('10.32.0.4')
  await eventually('one more', () => known().includes('10.32.0.4'), LIMIT_MS)
  expect(router.dns.asked.udp).toBeGreaterThan(0)
})

test('of an address that is none of the network nothing is made', { timeout: LIMIT_MS }, async () => {
  for (const address of ['8.8.8.8', '127.0.0.1', '192.168.0.5', '10.32.0.7', '224.0.0.1']) app(address)
  const known = await look()
  await eventually('the app', () => known().length > 0, LIMIT_MS)
  expect(known()).toEqual(['10.32.0.7'])
})

test('more addresses than fit a datagram are asked for by TCP, and no more than 32 are taken', {
  timeout: LIMIT_MS,
}, async () => {
  for (let n = 2; n < 250; n++) app(`10.32.0.${n}`)
  const known = await look()
  await eventually('many apps', () => known().length > 0, LIMIT_MS)
  expect(known()).toHaveLength(32)
  expect(router.dns.asked.tcp).toBeGreaterThan(0)
})

test.each(['silent', 'garbage', 'failing'] as const)(
  'a weaveDNS that is %s takes no app away, and is told of once',
  { timeout: 2 * LIMIT_MS },
  async (behaviour) => {
    app('10.32.0.2')
    const known = await look()
    await eventually('the app', () => known().length === 1, LIMIT_MS)
    router.dns.behaviour = behaviour
    await eventually(
      'that it is noticed',
      () => lines.some((line) => line.includes('cannot be looked up')),
      LIMIT_MS,
    )
    expect(known()).toEqual(['10.32.0.2'])
    router.dns.behaviour = 'right'
    app('10.32.0.3')
    await eventually('the next app', () => known().length === 2, LIMIT_MS)
    expect(lines.filter((line) => line.includes('cannot be looked up'))).toHaveLength(1)
    expect(lines.filter((line) => line.includes('WARN'))).toEqual([])
  },
)

test('a router that is started anew without names takes no app away at once', {
  timeout: LIMIT_MS,
}, async () => {
  app('10.32.0.2')
  const known = await look()
  await eventually('the app', () => known().length === 1, LIMIT_MS)
  await router.stop()
  await router.start()
  app('10.32.0.5')
  await eventually('the app that registers first', () => known().includes('10.32.0.5'), LIMIT_MS)
  expect(known()).toEqual(['10.32.0.2', '10.32.0.5'])
})

test('without a router nobody is asked; when one comes, its apps are found', {
  timeout: LIMIT_MS,
}, async () => {
  await router.stop()
  const known = await look()
  expect(lines).toEqual([])
  await router.start()
  app('10.32.0.2')
  await eventually('the app', () => known().length === 1, LIMIT_MS)
})

test('a name that is none of the network is not asked for', async () => {
  const known = await look('http://scope.example:4040')
  await eventually('reports', () => router.requests.length > 3)
  expect(router.dns.asked).toEqual({ udp: 0, tcp: 0 })
  expect(known()).toEqual([])
})
