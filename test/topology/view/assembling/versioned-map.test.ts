import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { VersionedMap } from '../../../../src/topology/view/assembling/versioned-map.ts'

type Step =
  | { readonly does: 'set'; readonly id: string; readonly value: number }
  | { readonly does: 'delete'; readonly id: string }
  | { readonly does: 'keep' }
  | { readonly does: 'iterate' | 'forEach'; readonly nth: number }

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('set' as const), id, value: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), id }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('keep' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('iterate' as const), nth: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('forEach' as const), nth: fc.nat(100) }) },
)

const expectSame = (version: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void => {
  expect(version.size).toBe(expected.size)
  for (const each of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'not there']) {
    expect(version.get(each)).toBe(expected.get(each))
    expect(version.has(each)).toBe(expected.has(each))
  }
}

const visited = (version: ReadonlyMap<string, number>): [string, number][] => {
  const entries: [string, number][] = []
  version.forEach((value, each) => void entries.push([each, value]))
  return entries
}

const sorted = (entries: Iterable<[string, number]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1))

test('every version says for ever what the map said when it was taken, whoever iterates over which of them when', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const map = new VersionedMap<number>()
      const plain = new Map<string, number>()
      const taken: { version: ReadonlyMap<string, number>; expected: ReadonlyMap<string, number> }[] = []
      for (const one of steps) {
        if (one.does === 'set') {
          map.set(one.id, one.value)
          plain.set(one.id, one.value)
        } else if (one.does === 'delete') {
          map.delete(one.id)
          plain.delete(one.id)
        } else if (one.does === 'keep') taken.push({ version: map.version(), expected: new Map(plain) })
        else if (taken.length > 0) {
          const { version, expected } = taken[one.nth % taken.length] ?? { version: plain, expected: plain }
          const entries = one.does === 'forEach' ? visited(version) : version
          expect(sorted(entries)).toEqual(sorted(expected))
        }
        for (const { version, expected } of taken) expectSame(version, expected)
      }
      for (const { version, expected } of taken) {
        expect(sorted(version)).toEqual(sorted(expected))
        expect([...version.keys()].sort()).toEqual([...expected.keys()].sort())
        expect([...version.values()].sort()).toEqual([...expected.values()].sort())
        expectSame(version, expected)
      }
    }),
    { numRuns: 400 },
  )
})

test('an iteration over a version goes on while the map changes', () => {
  const map = new VersionedMap<number>()
  for (const each of ['a', 'b', 'c']) map.set(each, 0)
  const seen: [string, number][] = []
  for (const entry of map.version()) {
    seen.push(entry)
    for (const each of ['a', 'b', 'c', 'd']) map.set(each, 1)
    map.version()
  }
  expect(seen).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 0],
  ])
})

test('as long as the map does not change, its version is the same object', () => {
  const map = new VersionedMap<number>()
  map.set('a', 1)
  const version = map.version()
  map.delete('not there')
  expect(map.version()).toBe(version)
  map.set('a', 2)
  expect(map.version()).not.toBe(version)
})
