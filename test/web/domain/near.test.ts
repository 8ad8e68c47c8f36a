import { describe, expect, it } from 'vitest'
import { stepAlong, type Walk, withinHops } from '../../../web/domain/near.ts'

// web and shop ask api; api asks db, cache and itself; db asks disk.
const edges = [
  { source: 'web', target: 'api' },
  { source: 'shop', target: 'api' },
  { source: 'api', target: 'db' },
  { source: 'api', target: 'cache' },
  { source: 'api', target: 'api' },
  { source: 'db', target: 'disk' },
]

describe('withinHops', () => {
  it.each([
    ['db', 0, ['db']],
    ['db', 1, ['api', 'db', 'disk']],
    ['db', 2, ['api', 'cache', 'db', 'disk', 'shop', 'web']],
    ['alone', 2, ['alone']],
  ] as const)('%s, %i', (from, hops, near) => expect([...withinHops(edges, from, hops)].sort()).toEqual(near))
})

describe('stepAlong', () => {
  const order = (a: string, b: string) => a.localeCompare(b)
  const walk = (from: string, directions: string) => {
    let now: Walk | undefined = { at: from }
    for (const letter of directions) {
      const direction = ({ l: 'left', r: 'right', u: 'up', d: 'down' } as const)[letter] ?? 'up'
      now = now && stepAlong(edges, now, direction, order)
    }
    return now?.at
  }
  it.each([
    ['to the first client', 'api', 'l', 'shop'],
    ['to the first server', 'api', 'r', 'cache'],
    ['among the servers', 'api', 'rd', 'db'],
    ['not beyond the last one', 'api', 'rdd', undefined],
    ['among the clients and back', 'api', 'ldu', 'shop'],
    ['on from a server', 'api', 'rdr', 'disk'],
    ['back to where one came from', 'web', 'rl', 'web'],
    ['nowhere without a client', 'web', 'l', undefined],
    ['not up before the first step', 'api', 'u', undefined],
  ])('goes %s', (_, from, directions, to) => expect(walk(from, directions)).toBe(to))
})
