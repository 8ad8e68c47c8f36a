import { expect, it } from 'vitest'
import { createQuietCollector } from '../../src/app/collect-when-quiet.ts'

const MIB = 1024 * 1024

/** How many collections there were after each step, which leave 50 MiB. */
const collections = (steps: readonly (readonly [usedMib: number, busyShare: number])[]): number[] => {
  let usedBytes = 50 * MIB
  let busyShare = 0
  let collected = 0
  const collectWhenQuiet = createQuietCollector({
    usedBytes: () => usedBytes,
    busyShare: () => busyShare,
    collect() {
      collected += 1
      usedBytes = 50 * MIB
    },
  })
  return steps.map(([usedMib, share]) => {
    usedBytes = usedMib * MIB
    busyShare = share
    collectWhenQuiet()
    return collected
  })
}

it.each([
  ['is worth it after a peak', [[200, 0]], [1]],
  [
    'waits until the peak is over',
    [
      [200, 0.5],
      [200, 0.04],
      [200, 0.02],
    ],
    [0, 0, 1],
  ],
  [
    'happens once for each peak',
    [
      [200, 0],
      [60, 0],
      [200, 0],
    ],
    [1, 1, 2],
  ],
  [
    'is not worth it for little',
    [
      [70, 0],
      [81, 0],
      [82, 0],
    ],
    [0, 0, 1],
  ],
  [
    'begins anew after a collection of V8',
    [
      [20, 0],
      [51, 0],
      [52, 0],
    ],
    [0, 0, 1],
  ],
] as const)('a collection %s', (_, steps, wanted) => {
  expect(collections(steps)).toEqual(wanted)
})
