import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Box, hostBoxes } from '../../../../web/domain/resources/boxes.ts'
import { steadyOrder } from '../../../../web/domain/resources/steady-order.ts'
import type { ContainerUse, HostUse, Use } from '../../../../web/domain/resources/tree.ts'
import { boxWords } from '../../../../web/domain/resources/words.ts'
import { usedScale, zoomed } from '../../../../web/domain/resources/zoom.ts'

const use = (id: string, value: number): Use => ({ id, label: id, view: 'processes', value })
const container = (id: string, value: number, ...processes: readonly Use[]): ContainerUse => ({
  ...{ id, label: id, view: 'containers', value, processes },
})
const host = (
  value: number,
  containers: readonly ContainerUse[],
  processes: readonly Use[] = [],
): HostUse => ({
  ...{ id: 'h', label: 'h', view: 'hosts', value, capacity: 100, containers, processes },
})
const space = { width: 1000, widthMin: 2 }
const brief = (boxes: readonly Box[]) => boxes.map(({ key, x, width }) => [key, x, width])

describe('boxes of a host', () => {
  it('are as wide as their shares of its capacity, with the rest of what it uses after them', () => {
    const boxes = hostBoxes(
      host(50, [container('a', 20, use('p', 15)), container('b', 10)], [use('q', 5)]),
      space,
    )
    expect(brief(boxes)).toEqual([
      ['a', 0, 200],
      ['b', 200, 100],
      ['p', 0, 150],
      ['q', 300, 50],
      ['other', 350, 150],
    ])
    expect(boxes.find(({ key }) => key === 'p')?.parent).toBe('a')
  })

  it('are shrunk where what is in a box adds up to more than the box', () => {
    const inside = hostBoxes(host(10, [container('a', 10, use('p', 15), use('q', 5))]), space)
    expect(brief(inside)).toEqual([
      ['a', 0, 100],
      ['p', 0, 75],
      ['q', 75, 25],
    ])
    const all = hostBoxes(host(100, [container('a', 150), container('b', 50)]), space)
    expect(brief(all)).toEqual([
      ['a', 0, 750],
      ['b', 750, 250],
    ])
  })

  it('are one box together where each would be too small', () => {
    const boxes = hostBoxes(host(10, [container('a', 9), container('b', 0.1), container('c', 0.15)]), space)
    expect(boxes.map(({ kind, count, width }) => [kind, count, Math.round(width * 10) / 10])).toEqual([
      ['use', 1, 90],
      ['smaller', 2, 2.5],
      ['other', 1, 7.5],
    ])
    expect(boxes.map((box) => boxWords(box, host(10, []), 'cpu'))).toEqual([
      'a: 9\u202f% of a CPU, 9\u202f% of h',
      '+2: 0.3\u202f% of a CPU, 0.3\u202f% of h; 2 containers, each too small to be drawn',
      'other: 0.8\u202f% of a CPU, 0.8\u202f% of h; what is not shown',
    ])
  })

  it('never overlap nor leave the frame, whatever is measured', () => {
    const amounts = fc.array(fc.double({ min: 0.001, max: 300, noNaN: true }), { maxLength: 8 })
    fc.assert(
      fc.property(
        amounts,
        amounts,
        amounts,
        fc.double({ min: 0, max: 100, noNaN: true }),
        (a, b, c, value) => {
          const containers = a.map((one, at) =>
            container(`c${at}`, one, ...b.map((inner, i) => use(`p${at}.${i}`, inner))),
          )
          const boxes = hostBoxes(
            host(
              value,
              containers,
              c.map((one, at) => use(`l${at}`, one)),
            ),
            space,
          )
          const byKey = new Map(boxes.map((box) => [box.key, box]))
          for (const box of boxes) {
            const outer = box.parent === undefined ? { x: 0, width: 1000 } : byKey.get(box.parent)
            expect(box.x).toBeGreaterThanOrEqual((outer?.x ?? 0) - 1e-6)
            expect(box.x + box.width).toBeLessThanOrEqual((outer?.x ?? 0) + (outer?.width ?? 0) + 1e-6)
          }
          for (const parent of new Set(boxes.map((box) => box.parent))) {
            const beside = boxes.filter((box) => box.parent === parent).sort((p, q) => p.x - q.x)
            for (const [at, box] of beside.entries())
              expect(box.x).toBeGreaterThanOrEqual(
                (beside[at - 1]?.x ?? 0) + (beside[at - 1]?.width ?? 0) - 1e-6,
              )
          }
        },
      ),
    )
  })
})

describe('steadyOrder', () => {
  const idsOf = (uses: readonly Use[]) => uses.map(({ id }) => id).join('')
  it.each([
    ['keeps neighbours that differ a little', 'ab', [use('b', 12), use('a', 10)], 'ab'],
    ['swaps those that differ much', 'ab', [use('b', 20), use('a', 10)], 'ba'],
    ['puts a new one where its size does', 'ab', [use('a', 10), use('n', 7), use('b', 5)], 'anb'],
    ['forgets those that are gone', 'abc', [use('a', 3), use('c', 1)], 'ac'],
    ['begins with the largest', '', [use('b', 2), use('a', 1)], 'ba'],
  ])('%s', (_, before, now, expected) => {
    expect(idsOf(steadyOrder([...before], now))).toBe(expected)
  })
})

describe('zoomed', () => {
  it('keeps what is under the pointer where it is', () => {
    expect(zoomed({ scale: 1, left: 0 }, 2, 300, 1000)).toEqual({ scale: 2, left: 300 })
    expect(zoomed({ scale: 2, left: 300 }, 0.5, 300, 1000)).toEqual({ scale: 1, left: 0 })
  })

  it('never leaves what there is', () => {
    expect(zoomed({ scale: 1, left: 0 }, 0, 500, 1000)).toEqual({ scale: 1, left: 0 })
    expect(zoomed({ scale: 4, left: 3000 }, 0.5, 0, 1000)).toEqual({ scale: 2, left: 1000 })
  })
})

it.each([
  ['half of it', [{ value: 50, capacity: 100 }], 1 / 0.525],
  [
    'most of what it has, whatever others use',
    [
      { value: 10, capacity: 1000 },
      { value: 20, capacity: 100 },
    ],
    1 / 0.21,
  ],
  ['all of it', [{ value: 100, capacity: 100 }], 1],
  ['more than it says that it has', [{ value: 150, capacity: 100 }], 1],
  ['nothing', [{ value: 0, capacity: 100 }], undefined],
  ['nothing of nothing', [{ value: 0, capacity: 0 }], undefined],
])('a host that uses %s is zoomed in to that', (_, hosts, scale) => expect(usedScale(hosts)).toBe(scale))

it('without hosts nothing is used', () => expect(usedScale([])).toBeUndefined())
