import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Registration, registerInWeave } from '../../../src/app/weave/register.ts'
import { createFaults, type Faults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { createRouterClient } from '../../../src/weave/router-client.ts'
import { eventually } from '../../support/eventually.ts'
import { startWeaveRouter, type WeaveRouter } from '../../support/weave/router.ts'

const silent = createLogger({ format: 'text', debug: false, write: () => {} })
let router: WeaveRouter
let ends: (() => Promise<void>)[]
let lines: string[]
/** With which address it was registered, one after the other, or why it was not. */
let told: Registration[]
let asked: number
let faults: Faults
/** What fails in this process, rather than at the router. */
let broken: 'nothing' | 'the client' | 'who is told'
beforeEach(async () => {
  router = await startWeaveRouter()
  ends = [() => router.stop()]
  lines = []
  told = []
  asked = 0
  faults = createFaults({ nowMs: () => 0, log: silent })
  broken = 'nothing'
})
afterEach(async () => {
  for (const end of ends.toReversed()) await end()
})

const register = (ownAddresses: () => readonly string[] = () => router.exposed) => {
  const client = createRouterClient({
    ...{ address: { host: '127.0.0.1', port: router.port }, distrust: () => undefined },
  })
  const { stop } = registerInWeave({
    client: {
      ...client,
      ask: (request) => {
        asked += 1
        if (broken === 'the client') throw new TypeError('the client is broken')
        return client.ask(request)
      },
    },
    ...{ name: 'scope.weave.local', id: 'scope:4040', ownAddresses, everyMs: 50, longestPauseMs: 50 },
    log: createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) }),
    guard: faults.guardOf('weave'),
    changed: (now) => {
      if (broken === 'who is told') throw new Error('ENOSPC')
      told.push(now)
    },
  })
  ends.push(stop)
  return stop
}
const names = () =>
  router.entries.map(({ Hostname, ContainerID, Address, Tombstone }) => [
    Hostname,
    ContainerID,
    Address,
    Tombstone > 0,
  ])
const here = (address: string, isGone = false) => ['scope.weave.local.', 'scope:4040', address, isGone]

test('the machine gets an address, and the app is registered with it; at its end it is withdrawn', async () => {
  const stop = register()
  await eventually('the name', () => told.length > 0)
  expect(router.exposed).toEqual(['10.32.0.1'])
  expect(names()).toEqual([here('10.32.0.1')])
  expect(router.requests.slice(0, 4)).toEqual([
    'POST /ip/weave%3Aexpose',
    'POST /expose/10.32.0.1/12',
    'DELETE /name/scope%3A4040?fqdn=scope.weave.local.',
    'PUT /name/scope%3A4040/10.32.0.1',
  ])
  const asked = router.requests.length
  await eventually('that it registers again', () => router.requests.length > asked + 2)
  expect(new Set(router.requests.slice(4))).toEqual(new Set(['PUT /name/scope%3A4040/10.32.0.1']))
  expect(lines.filter((line) => line.includes('is registered'))).toHaveLength(1)
  await stop()
  expect(names()).toEqual([here('10.32.0.1', true)])
  expect(router.requests.at(-1)).toBe('DELETE /name/scope%3A4040/10.32.0.1?fqdn=scope.weave.local.')
  // The address may be of use to others.
  expect(router.exposed).toEqual(['10.32.0.1'])
})

test('names of others under the same id stay', async () => {
  router.add({ Hostname: 'other.weave.local.', ContainerID: 'scope:4040', Address: '10.32.0.1' })
  const stop = register()
  await eventually('the name', () => told.length > 0)
  await stop()
  expect(names()).toContainEqual(['other.weave.local.', 'scope:4040', '10.32.0.1', false])
})

test('an address that the machine has is used as it is', async () => {
  register(() => ['10.99.0.7'])
  await eventually('the name', () => told.length > 0)
  expect(names()).toEqual([here('10.99.0.7')])
  expect(router.requests.filter((request) => !/^(PUT|DELETE)/.test(request))).toEqual([])
})

test('what an app that was killed has left behind goes', async () => {
  router.add({ Hostname: 'scope.weave.local.', ContainerID: 'scope:4040', Address: '10.32.0.77' })
  router.add({ Hostname: 'scope.weave.local.', ContainerID: 'scope:4041', Address: '10.32.0.1' })
  register(() => ['10.32.0.1'])
  await eventually('the name', () => told.length > 0)
  expect(names()).toEqual([
    here('10.32.0.77', true),
    ['scope.weave.local.', 'scope:4041', '10.32.0.1', false],
    here('10.32.0.1'),
  ])
})

test('an app that ends after the router failed for a while withdraws its name', async () => {
  const stop = register()
  await eventually('the name', () => told.length > 0)
  router.misbehaviour = (_, to) => to.writeHead(500).end()
  await eventually('the trouble', () => told.some((one) => 'why' in one))
  router.misbehaviour = undefined
  await stop()
  expect(names()).toEqual([here('10.32.0.1', true)])
  expect(lines.filter((line) => line.includes('stays in weaveDNS'))).toEqual([])
})

test('another address takes the place of the one before', async () => {
  let own = ['10.32.0.5']
  register(() => own)
  await eventually('the name', () => told.length > 0)
  own = ['10.32.0.6']
  await eventually('the other', () => told.length > 1)
  await eventually('that the one before goes', () => names().some(([, , , isGone]) => isGone))
  expect(names()).toContainEqual(here('10.32.0.5', true))
  expect(names()).toContainEqual(here('10.32.0.6'))
})

test('after the router was started anew, the app is registered again', async () => {
  register()
  await eventually('the name', () => told.length === 1)
  await router.stop()
  // A request that was under way as it stopped, and the next one, may fail for different reasons.
  await eventually('that the router is away', () => told.length > 1)
  await router.start()
  expect(names()).toEqual([])
  await eventually('the name', () => names().length > 0)
  await eventually('that it is known', () => 'address' in (told.at(-1) ?? {}))
  expect(told[0]).toEqual({ address: '10.32.0.1' })
  for (const away of told.slice(1, -1)) expect(away).toHaveProperty('why')
  expect(told.at(-1)).toEqual({ address: '10.32.0.1' })
})

test('without a router nothing happens, and nothing is said; one that comes later is used', async () => {
  await router.stop()
  register()
  await eventually('that it has asked', () => asked > 3)
  expect([lines, told]).toEqual([[], [{ why: `no Weave router at ${router.address}` }]])
  await router.start()
  await eventually('the name', () => names().length > 0)
})

test('an app that ends while no router answers ends at once', async () => {
  router.misbehaviour = () => {}
  const stop = register()
  await eventually('a request', () => router.requests.length > 0)
  await stop()
  expect(router.requests).toHaveLength(1)
})

test.each<[string, (path: string) => { status: number; body?: string } | undefined, string]>([
  [
    'no allocator',
    (path) => (path.startsWith('/ip') ? { status: 404 } : undefined),
    'gives this machine no address (404)',
  ],
  [
    'no address',
    (path) => (path.startsWith('/ip') ? { status: 200, body: 'cancelled' } : undefined),
    'gives this machine no address (200)',
  ],
  [
    'nonsense',
    (path) => (path.startsWith('/ip') ? { status: 200, body: '999.1.1.1/12' } : undefined),
    'gives this machine no address (200)',
  ],
  [
    'a router before 2.0',
    (path) => (path.startsWith('/expose') ? { status: 404 } : undefined),
    'does not give this machine its address (404)',
  ],
  [
    'one that lies',
    (path) => (path.startsWith('/expose') ? { status: 204 } : undefined),
    'which it does not',
  ],
  [
    'no weaveDNS',
    (path) => (path.startsWith('/name') ? { status: 404 } : undefined),
    'weaveDNS does not take the name (404)',
  ],
])('%s is told of once', async (_, answer, expected) => {
  router.misbehaviour = (request, response) => {
    const given = answer(request.url ?? '')
    if (given !== undefined) response.writeHead(given.status).end(given.body)
    else if (request.url?.startsWith('/ip')) response.end('10.32.0.1/12')
    else response.writeHead(204).end()
  }
  register(expected.includes('weaveDNS') ? () => ['10.32.0.1'] : () => [])
  await eventually('several attempts', () => router.requests.length > 9)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(expected)
  expect(told).toEqual([{ why: expect.stringContaining(expected) }])
})

test.each([
  ['the client', 'the client is broken'],
  ['who is told', 'ENOSPC'],
] as const)('when %s fails, that is a fault, and the app is registered once it works', async (part, why) => {
  broken = part
  register()
  await eventually('the fault', () => faults.of('weave').length > 0)
  expect(faults.of('weave')).toMatchObject([{ reason: `failed to register the app in weaveDNS: ${why}` }])
  const before = asked
  await eventually('that it is tried again', () => asked > before)
  broken = 'nothing'
  await eventually('that it is told', () => told.length > 0)
  expect([told, names()]).toEqual([[{ address: '10.32.0.1' }], [here('10.32.0.1')]])
  await eventually('the end of the fault', () => faults.of('weave').length === 0)
})
