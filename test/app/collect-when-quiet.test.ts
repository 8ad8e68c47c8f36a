import { expect, it } from 'vitest'
import { createQuietCollector } from '../../src/app/collect-when-quiet.ts'

const MIB = 1024 * 1024

/** How many collections there were after each step, which leave so much. */
const collections = (
  steps: readonly (readonly [heapMib: number, busyShare: number])[],
  leftMib = 50,
): number[] => {
  let heapBytes = leftMib * MIB
  let busyShare = 0
  let collected = 0
  const collectWhenQuiet = createQuietCollector({
    heapBytes: () => heapBytes,
    busyShare: () => busyShare,
    collect() {
      collected += 1
      heapBytes = leftMib * MIB
    },
  })
  return steps.map(([heapMib, share]) => {
    heapBytes = heapMib * MIB
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

it('what starting has left is collected once, after the app was quiet for some time', () => {
  const [busy, quiet] = [
    [60, 0.5],
    [60, 0.01],
  ] as const
  const start = [busy, quiet, quiet, busy, quiet, quiet, quiet]
  expect(collections([...start, quiet, quiet, quiet, quiet])).toEqual([...start.map(() => 0), 1, 1, 1, 1])
})

it('a collection is worth it before V8 makes one, which lets a heap grow by half', () => {
  const steps = [
    [249, 0],
    [250, 0],
  ] as const
  expect(collections(steps, 200)).toEqual([0, 1])
})
