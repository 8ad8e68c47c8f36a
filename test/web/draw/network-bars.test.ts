import { describe, expect, it } from 'vitest'
import { barRow } from '../../../web/draw/network-bars.ts'

const look = { barWidth: 10, barHeight: 4, barGap: 2, barsBelow: 9, textSize: 10 }
const bar = { colour: 0, pattern: 0 }

describe('the bars below a node', () => {
  it('are side by side around its middle, below its ring', () => {
    const { bars, y, more } = barRow({ looks: [bar, bar, bar], more: 0 }, 20, look)
    expect(bars.map(({ x }) => x)).toEqual([-17, -5, 7])
    expect([y, more]).toEqual([29, undefined])
  })

  it('leave room for the number of the others, right of them', () => {
    const { bars, more } = barRow({ looks: [bar, bar], more: 3 }, 20, look)
    const last = bars.at(-1)
    expect(more?.text).toBe('+3')
    expect(more?.x).toBe((last?.x ?? 0) + 12)
    expect(-(bars[0]?.x ?? 0)).toBeCloseTo((more?.x ?? 0) + 14)
  })
})
