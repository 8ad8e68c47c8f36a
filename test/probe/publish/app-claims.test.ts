import { beforeEach, expect, test } from 'vitest'
import { type AppClaims, createAppClaims } from '../../../src/probe/publish/app-claims.ts'
import type { Target } from '../../../src/probe/targets/target.ts'

let claims: AppClaims
let freed: string[]
beforeEach(() => {
  claims = createAppClaims()
  freed = []
})

const claim = (host: string, address: string, origin: Target['origin'] = 'named') =>
  claims.of({ url: `http://${host}:4040`, address, origin }, () => freed.push(host))

test('an app belongs to the first of its targets, until that gives it up', () => {
  const [one, other] = [claim('10.0.0.5', '10.0.0.5'), claim('scope1', 'fd00::5')]
  expect(one.take('app')).toBeUndefined()
  expect(other.take('app')).toBe('http://10.0.0.5:4040')
  expect(one.take('app')).toBeUndefined()
  expect(freed).toEqual([])
  one.release()
  expect(freed).toEqual(['scope1'])
  expect(other.take('app')).toBeUndefined()
  expect(one.take('app')).toBe('http://scope1:4040 (fd00::5)')
})

test('other apps are claimed beside it', () => {
  const [one, other] = [claim('a', '10.0.0.1'), claim('b', '10.0.0.2')]
  expect([one.take('app a'), other.take('app b')]).toEqual([undefined, undefined])
})

test('a target that leads to another app now frees the one before', () => {
  const [one, other] = [claim('a', '10.0.0.1'), claim('b', '10.0.0.2')]
  one.take('app')
  other.take('app')
  one.take('app after a restart')
  expect(freed).toEqual(['b'])
})

test('a target that is gone frees its app, and waits for none', () => {
  const [one, other, third] = [claim('a', '10.0.0.1'), claim('b', '10.0.0.2'), claim('c', '10.0.0.3')]
  one.take('app')
  other.take('app')
  third.take('app')
  other.end()
  one.end()
  expect(freed).toEqual(['c'])
})

test.each([
  ['named', 'discovered', true],
  ['local', 'discovered', true],
  ['service', 'discovered', true],
  ['discovered', 'discovered', false],
  ['named', 'local', false],
  ['discovered', 'named', false],
] as const)('a target that is %s takes the app of one that is %s: %j', (origin, before, takes) => {
  const first = claim('first', '10.0.0.1', before)
  const second = claim('second', '10.0.0.2', origin)
  first.take('app')
  expect(second.take('app')).toBe(takes ? undefined : 'http://first:4040 (10.0.0.1)')
  expect(first.lostTo()).toBe(takes ? 'http://second:4040 (10.0.0.2)' : undefined)
  if (!takes) return
  second.release()
  expect(freed).toEqual(['first'])
  expect(first.take('app')).toBeUndefined()
  expect(first.lostTo()).toBeUndefined()
})

test('whoever repeats the challenge of an app without proof does not take its place', () => {
  const [liar, real] = [claim('liar', '10.0.0.66'), claim('real', '10.0.0.1', 'discovered')]
  expect(liar.take('app', false)).toBeUndefined()
  expect(real.take('app', true)).toBeUndefined()
  expect(liar.lostTo()).toBe('http://real:4040 (10.0.0.1)')
  expect(liar.take('app', false)).toBe('http://real:4040 (10.0.0.1)')
})
