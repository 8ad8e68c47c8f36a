import { expect, test } from 'vitest'
import { type PiecesChange, PiecesLog } from '../../../../src/topology/connections/stitching/pieces-log.ts'

const moved = (count: number): PiecesChange => ({
  gone: Array.from({ length: count }, (_, i) => i),
  come: Array.from({ length: count }, (_, i) => count + i),
  changed: [],
})

test('the changes since a version are those after it', () => {
  const log = new PiecesLog()
  const changes = [1, 2, 3].map(moved)
  for (const change of changes) log.add(change, 10)
  expect(log.version).toBe(3)
  expect(log.since(0)).toEqual(changes)
  expect(log.since(2)).toEqual(changes.slice(2))
  expect(log.since(3)).toEqual([])
  log.forgetBefore(1)
  expect(log.since(0)).toBeUndefined()
  expect(log.since(1)).toEqual(changes.slice(1))
  log.forgetBefore(0)
  expect(log.since(1)).toEqual(changes.slice(1))
  log.forgetBefore(3)
  expect(log.since(2)).toBeUndefined()
  expect(log.since(3)).toEqual([])
})

test.each([
  ['nothing moved', 0, 10],
  ['a piece moved', 1, 10],
  ['all of many pieces moved', 500, 500],
])('no more changes are remembered than placing everything anew costs (%s)', (_name, count, pieces) => {
  const log = new PiecesLog()
  for (let i = 0; i < 3000; i++) log.add(moved(count), pieces)
  const least = Array.from({ length: 3001 }, (_, version) => version).find(
    (version) => log.since(version) !== undefined,
  )
  const told = (log.since(least ?? 0) ?? []).flatMap(({ gone, come }) => [...gone, ...come])
  expect(least).toBeGreaterThan(1900)
  expect(least).toBeLessThan(3000)
  expect(told.length).toBeLessThanOrEqual(1000 + 2 * pieces)
})
