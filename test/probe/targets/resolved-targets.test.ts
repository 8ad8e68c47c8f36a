import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { fixedTargets } from '../../../src/probe/targets/fixed-targets.ts'
import { givenTargets } from '../../../src/probe/targets/given-targets.ts'
import { joinedSources } from '../../../src/probe/targets/joined-sources.ts'
import { doubtIn, type LookUpName } from '../../../src/probe/targets/names/answer.ts'
import { createLookUp } from '../../../src/probe/targets/names/look-up-name.ts'
import type { FoundTargets, Target, TargetSource } from '../../../src/probe/targets/target.ts'
import { literalAddress } from '../../../src/probe/targets/target-url.ts'
import { eventually } from '../../support/eventually.ts'
import { startNameServer } from '../../support/machine/network/name-server.ts'

let closing: (() => unknown)[]
let lines: string[]
const log = createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) })
beforeEach(() => {
  closing = []
  lines = []
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
})

const named = (...urls: string[]) => urls.map((url) => ({ url, origin: 'named' as const }))

const watch = (source: TargetSource, isAnswering?: (target: Target) => boolean) => {
  const found: FoundTargets[] = []
  closing.push(source.watch((one) => found.push(one), isAnswering))
  const last = (): FoundTargets => found.at(-1) ?? { targets: [], unresolved: [] }
  return {
    found,
    last,
    of: (url: string): string[] =>
      last()
        .targets.filter((target) => target.url === url)
        .map(({ address, isNew }) => `${address}${isNew ? ' new' : ''}`)
        .toSorted(),
  }
}

test.each([
  ['http://10.0.0.5:4040', '10.0.0.5'],
  ['https://[FD00::0:5]:443', 'fd00::5'],
  ['http://[::ffff:10.0.0.5]:4040', '10.0.0.5'],
  ['http://localhost:4040', '127.0.0.1'],
  ['http://a.localhost:4040', '127.0.0.1'],
  ['http://scope1:4040', undefined],
])('the address in %s is %s', (url, address) => {
  expect(literalAddress(url)).toBe(address)
})

test('what is given with an address is there at once; names follow', async () => {
  const server = await startNameServer({
    'scope1.test': ['10.0.0.1', 'fd00::1'],
    'scope2.test': ['127.0.0.9'],
  })
  closing.push(server.remove)
  const urls = [
    'http://scope1.test:4040',
    'http://10.0.0.7:4040',
    'https://scope2.test:443',
    'http://none.test:1',
  ]
  const source = givenTargets(named(...urls), { lookUp: createLookUp({ resolver: server.address }), log })
  const { found, of, last } = watch(source)
  expect(found[0]).toEqual({
    targets: [{ url: 'http://10.0.0.7:4040', address: '10.0.0.7', origin: 'named' }],
    unresolved: ['http://scope1.test:4040', 'https://scope2.test:443', 'http://none.test:1'].map((url) => ({
      url,
      reason: 'it is being looked up',
    })),
  })
  await eventually('both names', () => of(urls[0] ?? '').length > 0 && of(urls[2] ?? '').length > 0)
  expect(of('http://scope1.test:4040')).toContain('10.0.0.1')
  expect(of('https://scope2.test:443')).toEqual(['127.0.0.9'])
  await eventually('the name that is none', () => last().unresolved[0]?.reason.includes('no address'))
  expect(last().unresolved).toEqual([
    { url: 'http://none.test:1', reason: 'there is no address for none.test in DNS' },
  ])
})

test('answers that change are followed, and a name server that is down changes nothing', async () => {
  const server = await startNameServer({ 'scope1.test': ['10.0.0.1', '10.0.0.2'] })
  closing.push(server.remove)
  const dead = new Set<string>()
  const url = 'http://scope1.test:4040'
  const source = givenTargets(named(url), { lookUp: createLookUp({ resolver: server.address }), log })
  const { of, found } = watch(source, ({ address }) => !dead.has(address))
  await eventually('the first answer', () => of(url).join() === '10.0.0.1,10.0.0.2')

  await server.set({ 'scope1.test': ['10.0.0.2', '10.0.0.3'] })
  await eventually('the address that appeared', () => of(url).join() === '10.0.0.1,10.0.0.2,10.0.0.3 new')
  dead.add('10.0.0.1')
  await eventually('the dead address to go', () => of(url).join() === '10.0.0.2,10.0.0.3 new')

  await server.stop()
  await eventually('the warning', () => lines.join().includes('its addresses stay as they are'))
  expect(of(url)).toEqual(['10.0.0.2', '10.0.0.3 new'])
  await server.set({ 'scope1.test': ['10.0.0.4'] })
  await eventually('the server to be heard again', () => of(url).includes('10.0.0.4 new'))
  // Nothing was told but changes.
  expect(new Set(found.map((one) => JSON.stringify(one))).size).toBe(found.length)
})

test('of a name without an address it is said once, however often it is looked up', async () => {
  const server = await startNameServer({ 'scope1.test': ['10.0.0.1'] })
  closing.push(server.remove)
  const ask = createLookUp({ resolver: server.address })
  let asked = 0
  // On a busy machine a try may be over before its answer is heard, which is another thing to say.
  const lookUp: LookUpName = async (name, signal) => {
    let answer = await ask(name, signal)
    while (doubtIn(answer) !== undefined) answer = await ask(name, signal)
    asked++
    return answer
  }
  watch(givenTargets(named('http://none.test:1'), { lookUp, log }))
  await eventually('three look-ups', () => asked >= 3)
  await new Promise(setImmediate)
  expect(lines.filter((line) => line.includes('there is no address for none.test'))).toHaveLength(1)
})

test('a name whose server is silent delays no other, and what stops is told no more', async () => {
  const answers = new Map<string, PromiseWithResolvers<Awaited<ReturnType<LookUpName>>>>()
  const lookUp: LookUpName = (name) => {
    const waiting = Promise.withResolvers<Awaited<ReturnType<LookUpName>>>()
    answers.set(name, waiting)
    return waiting.promise
  }
  const told = (address: string) => ({
    ipv4: { kind: 'told' as const, addresses: [address] },
    ipv6: { kind: 'told' as const, addresses: [] },
  })
  const found: FoundTargets[] = []
  const stop = givenTargets(named('http://silent:1', 'http://quick:1'), { lookUp, log }).watch((one) =>
    found.push(one),
  )
  answers.get('quick')?.resolve(told('127.0.0.1'))
  await eventually('the quick one', () => found.at(-1)?.targets[0]?.address === '127.0.0.1')
  expect(found.at(-1)?.unresolved).toEqual([{ url: 'http://silent:1', reason: 'it is being looked up' }])
  stop()
  const before = found.length
  answers.get('silent')?.resolve(told('127.0.0.2'))
  await new Promise(setImmediate)
  expect(found).toHaveLength(before)
})

test('what is thrown while names are looked up is a fault, and it is looked up again', async () => {
  const faults = createFaults({ nowMs: () => 0, log })
  const reasons = () => faults.of('publish').map(({ reason }) => reason)
  let broken: 'the look-up' | 'the log' | 'who is told' | undefined = 'the look-up'
  const fail = (part: typeof broken): void => {
    if (broken === part) throw new Error(`${part} is broken`)
  }
  const addresses: string[] = []
  const lookUp: LookUpName = async () => {
    fail('the look-up')
    return { ipv4: { kind: 'told', addresses: [...addresses] }, ipv6: { kind: 'told', addresses: [] } }
  }
  const found: FoundTargets[] = []
  const source = givenTargets(named('http://scope1:4040'), {
    lookUp,
    log: {
      ...log,
      warn: () => fail('the log'),
    },
  })
  const changed = (one: FoundTargets): void => {
    fail('who is told')
    found.push(one)
  }
  const stop = joinedSources([source]).watch(changed, undefined, faults.guardOf('publish'))
  closing.push(stop)
  for (const part of ['the look-up', 'the log', 'who is told'] as const) {
    broken = part
    if (part === 'who is told') addresses.push('127.0.0.1')
    await expect.poll(reasons).toEqual([`failed to look up scope1: ${part} is broken`])
  }
  broken = undefined
  await eventually('the address', () => found.at(-1)?.targets[0]?.address === '127.0.0.1')
  await eventually('the end of the fault', () => reasons().length === 0)
})

test('joined sources tell all that each has, the earlier one first', () => {
  const target = (origin: Target['origin'], address: string): Target => ({
    url: 'http://a:1',
    address,
    origin,
  })
  const told: ((one: FoundTargets) => void)[] = []
  const later: TargetSource = {
    watch(changed) {
      changed({ targets: [], unresolved: [] })
      told.push(changed)
      return () => told.splice(0)
    },
  }
  const found: FoundTargets[] = []
  const stop = joinedSources([fixedTargets([target('named', '10.0.0.1')]), later]).watch((one) =>
    found.push(one),
  )
  told[0]?.({
    targets: [target('discovered', '10.0.0.1'), target('discovered', '10.0.0.2')],
    unresolved: [{ url: 'http://b:1', reason: 'gone' }],
  })
  expect(found).toEqual([
    { targets: [target('named', '10.0.0.1')], unresolved: [] },
    {
      targets: [target('named', '10.0.0.1'), target('discovered', '10.0.0.2')],
      unresolved: [{ url: 'http://b:1', reason: 'gone' }],
    },
  ])
  stop()
  expect(told).toEqual([])
})
