import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costOf, edgesApart } from '../../../../web/layout/cost/cost.ts'
import { tallyOf } from '../../../../web/layout/cost/tally.ts'

const size = 9
const weights = { crossing: 1, covered: 1.5, stress: 0.6 }
const clearance = 24
const nodes = Array.from({ length: size }, (_, node) => node)
const index = fc.integer({ min: 0, max: size - 1 })
const edges = fc
  .uniqueArray(fc.tuple(index, index), { maxLength: 16, selector: ([from, to]) => `${from}>${to}` })
  .map((all) => all.filter(([from, to]) => from !== to))
// In a grid that edges pass often, with more places than nodes.
const places = Array.from({ length: 16 }, (_, at) => ({ x: (at % 4) * 50, y: Math.floor(at / 4) * 50 + at }))
const moves = fc.array(
  fc.record({
    node: index,
    to: fc.integer({ min: 0, max: 15 }),
    heat: fc.double({ min: 0, max: 3, noNaN: true }),
  }),
  { minLength: 1, maxLength: 40 },
)

describe('a tally of costs', () => {
  it('lets a node move exactly where the cost of the whole layout rises by no more than it may', () => {
    fc.assert(
      fc.property(edges, moves, (given, tries) => {
        const away = edgesApart(size, given, nodes)
        const whole = costOf(size, given, away, clearance, weights)
        const apart = Uint8Array.from(nodes.flatMap((node) => [...(away.get(node) ?? [])]))
        const standing = [...nodes]
        const show = () => {
          for (const node of nodes) {
            whole.x[node] = places[standing[node] ?? 0]?.x ?? 0
            whole.y[node] = places[standing[node] ?? 0]?.y ?? 0
          }
        }
        show()
        whole.rescale()
        const tally = tallyOf(
          nodes.map((node) => places[node] ?? { x: 0, y: 0 }),
          given,
          apart,
          clearance,
          weights,
        )
        for (const { node, to, heat } of tries) {
          const before = standing[node] ?? 0
          if (to === before) continue
          const other = standing.indexOf(to)
          const moving = other === -1 ? [node] : [node, other]
          const was = whole.of(moving)
          standing[node] = to
          if (other !== -1) standing[other] = before
          show()
          const rise = whole.of(moving) - was
          const isMoved = tally.move(node, places[to] ?? { x: 0, y: 0 }, other, heat)
          // Sums in another order may differ in their last digits.
          if (Math.abs(rise - heat) > 1e-9) expect(isMoved).toBe(rise <= heat)
          if (isMoved) continue
          standing[node] = before
          if (other !== -1) standing[other] = to
          show()
        }
      }),
      { numRuns: 200 },
    )
  })
})
