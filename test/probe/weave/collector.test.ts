import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import type { Collector } from '../../../src/probe/collector.ts'
import { createWeaveCollector } from '../../../src/probe/weave/collector.ts'
import { createRouterWatch } from '../../../src/probe/weave/router-watch.ts'
import type { Distrust } from '../../../src/weave/only-root.ts'
import { createRouterClient } from '../../../src/weave/router-client.ts'
import { eventually } from '../../support/eventually.ts'
import { peerNames, threePeers } from '../../support/weave/peers.ts'
import { startWeaveRouter, type WeaveRouter } from '../../support/weave/router.ts'

const HOST = 'alpha;<host>'
const web = 'a'.repeat(64)
const NOT_ASKED = 'waiting: not asked yet'
const webNode = `${web};<container>`
let router: WeaveRouter
let ends: (() => Promise<void>)[]
let lines: string[]
beforeEach(async () => {
  router = await startWeaveRouter()
  ends = [() => router.stop()]
  lines = []
})
afterEach(async () => {
  for (const end of ends.toReversed()) await end()
})

interface Given {
  readonly running?: ReadonlySet<string>
  readonly distrust?: Distrust
  readonly keepMs?: number
  readonly ownAddresses?: () => readonly string[]
  readonly changed?: () => void
  /** Called before each request to the router. */
  readonly asking?: () => void
  /** Called after each answer. */
  readonly answered?: () => void
  /** Waits for what comes of the first look. The start itself waits a second, which a busy machine may take longer for. */
  readonly isAwaited?: boolean
}

const faults = createFaults({
  nowMs: () => 0,
  log: createLogger({ format: 'text', debug: false, write: () => {} }),
})

const collect = async ({
  running = new Set([web]),
  distrust = () => undefined,
  keepMs,
  changed,
  asking = () => {},
  answered = () => {},
  isAwaited = true,
  ownAddresses = () => ['10.32.0.1'],
}: Given = {}): Promise<Collector> => {
  const log = createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) })
  const client = createRouterClient({ address: { host: '127.0.0.1', port: router.port }, distrust })
  const watch = createRouterWatch({
    client: {
      ...client,
      ask: (request) => {
        asking()
        return client.ask(request)
      },
    },
    ...{ log, everyMs: 50, longestPauseMs: 50, random: () => 0 },
    ...(keepMs !== undefined && { keepMs }),
  })
  watch.watch(answered)
  const clock = { uptimeMs: () => performance.now(), nowMs: () => Date.UTC(2026, 0, 1) }
  const collector = createWeaveCollector({
    router: watch,
    clock,
    hostId: 'alpha',
    containers: () => running,
    ownAddresses,
    pidOf: () => 7,
    interfaces: {
      interfacesOf: () => [{ name: 'ethwe', mac: '56:27:f4:62:66:c9', addresses: ['10.32.0.1'] }],
      close: () => {},
    },
    guard: faults.guardOf('weave'),
    log,
  })
  ends.push(() => collector.stop())
  await collector.start(changed ?? (() => {}))
  if (isAwaited) await eventually('the first look', () => statusOf(collector) !== NOT_ASKED)
  return collector
}

const statusOf = (collector: Collector): string => {
  const { state, reason } = collector.collect(0).status
  return reason === '' ? state : `${state}: ${reason}`
}
const factsOf = (collector: Collector, id: string) => collector.collect(0).facts?.get(id)

test('a router, its peers and the names of containers are told, and followed', async () => {
  router.peers = threePeers
  router.allocate(web)
  router.add({ Hostname: 'web.weave.local.', ContainerID: web, Address: '10.32.0.1' })
  let changes = 0
  const collector = await collect({ changed: () => changes++ })
  expect(statusOf(collector)).toBe('ok')
  expect(collector.collect(0).status).toMatchObject({ id: 'weave', mode: 'router', counters: { peers: 3 } })
  expect(factsOf(collector, HOST)).toMatchObject({ weave_peer_name: peerNames.one, weave_peer_count: 3 })
  const expected = {
    weave_dns_hostname: ['web.weave.local'],
    weave_container_ips: ['10.32.0.1'],
    weave_mac_address: ['56:27:f4:62:66:c9'],
    weave_reachable: true,
  }
  await eventually('the addresses', () => collector.collect(0).addresses.length === 1)
  expect(factsOf(collector, webNode)).toEqual(expected)
  expect(collector.collect(0).addresses).toMatchObject([{ id: ';10.32.0.1', owners: [webNode] }])

  const [host, container] = [factsOf(collector, HOST), factsOf(collector, webNode)]
  const [asked, before] = [router.requests.length, changes]
  await eventually('more reports', () => router.requests.length > asked + 3)
  expect(changes).toBe(before)
  expect(factsOf(collector, HOST)).toBe(host)

  router.add({ Hostname: 'db.weave.local.', ContainerID: 'b'.repeat(64), Address: '10.32.0.2' })
  await eventually('one more name', () => factsOf(collector, HOST)?.weave_dns_entry_count === 2)
  expect(changes).toBeGreaterThan(before)
  // What has not changed is the same object, so that its node is not sent again.
  expect(factsOf(collector, webNode)).toBe(container)
  expect(lines.filter((line) => line.includes('a Weave router is watched'))).toHaveLength(1)
})

test('while a router is started anew, what it told is kept, and said to be old', async () => {
  const collector = await collect()
  await router.stop()
  // A look that was under way is cut off before.
  await expect
    .poll(() => statusOf(collector))
    .toBe(
      `degraded: the Weave router at ${router.address} does not answer (nobody listens there): what it told last is shown`,
    )
  expect(factsOf(collector, HOST)).toBeDefined()
  await router.start()
  await eventually('that it is back', () => statusOf(collector) === 'ok')
})

test('a machine without an address in the network is told how it gets one', async () => {
  let own: string[] = []
  const collector = await collect({ ownAddresses: () => own })
  expect(statusOf(collector)).toMatch(/^ok: this machine has no address in the Weave network.*"weave expose"/)
  own = ['10.32.0.1']
  await eventually('that it has one', () => statusOf(collector) === 'ok')
})

test('a router that stays away takes what it told with it', async () => {
  const collector = await collect({ keepMs: 100 })
  await router.stop()
  await expect.poll(() => statusOf(collector)).toBe(`waiting: no Weave router at ${router.address}`)
  expect(collector.collect(0)).toMatchObject({ facts: new Map(), addresses: [] })
})

test('without a router nothing is told, and one that comes later is found', async () => {
  await router.stop()
  const collector = await collect()
  expect(statusOf(collector)).toBe(`waiting: no Weave router at ${router.address}`)
  expect(lines).toEqual([])
  await router.start()
  await eventually('the router', () => statusOf(collector) === 'ok')
})

test('something else at the port is told of once, whatever it answers', async () => {
  let answers = 0
  router.misbehaviour = (_, to) => {
    answers += 1
    to.end('{"status":"ok"}')
  }
  const collector = await collect()
  expect(statusOf(collector)).toContain('something else answers there (its report is none of Weave Net')
  await eventually('more answers', () => answers > 3)
  expect(lines).toHaveLength(1)
  router.misbehaviour = (_, to) => {
    answers += 1
    to.writeHead(399 + answers).end()
  }
  await eventually('many different answers', () => answers > 30)
  expect(lines.length).toBeLessThan(10)
  expect(factsOf(collector, HOST)).toBeUndefined()
})

test('a router that says nonsense for a moment changes nothing', async () => {
  const collector = await collect()
  router.misbehaviour = (_, to) => to.end('nonsense')
  await eventually('the nonsense', () => statusOf(collector).startsWith('degraded'))
  expect(factsOf(collector, HOST)).toBeDefined()
  router.misbehaviour = undefined
  await eventually('sense', () => statusOf(collector) === 'ok')
})

test('one that takes its time does not keep the probe from starting', async () => {
  router.misbehaviour = () => {}
  const collector = await collect({ isAwaited: false })
  expect(statusOf(collector)).toBe(NOT_ASKED)
})

test('what belongs to another user is not believed, and what was told before goes at once', async () => {
  let isStrange = true
  const collector = await collect({
    distrust: () => (isStrange ? 'it belongs to the user with the id 1000, not to root' : undefined),
  })
  const why = 'something else answers there (it belongs to the user with the id 1000, not to root)'
  expect(statusOf(collector)).toBe(`waiting: no Weave router at ${router.address}: ${why}`)
  expect(collector.collect(0).facts?.size).toBe(0)
  isStrange = false
  await eventually('a router of root', () => statusOf(collector) === 'ok')
  isStrange = true
  await eventually('another one', () => statusOf(collector).endsWith(why))
  expect(collector.collect(0).facts?.size).toBe(0)
  expect(lines.filter((line) => line.includes('is not believed'))).toHaveLength(1)
})

test('what fails while the router is asked, or in those who are told, is a fault that passes', async () => {
  let broken: 'the asking' | 'the telling' | undefined = 'the asking'
  const fail = (part: typeof broken) => () => {
    if (broken === part) throw new TypeError(`${part} is broken`)
  }
  const collector = await collect({
    ...{ asking: fail('the asking'), answered: fail('the telling'), isAwaited: false },
  })
  const faultsOf = () => faults.of('weave').map(({ reason }) => reason)
  await expect.poll(faultsOf).toContain('failed to ask the Weave router for its report: the asking is broken')
  broken = 'the telling'
  await expect.poll(faultsOf).toEqual(['failed to take what the Weave router says: the telling is broken'])
  // One who fails keeps nobody else from what there is to know.
  await eventually('the router', () => statusOf(collector) === 'ok')
  broken = undefined
  await expect.poll(faultsOf).toEqual([])
})
