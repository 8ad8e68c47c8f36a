import { describe, expect, it } from 'vitest'
import { createPace } from '../../../web/draw/pace.ts'

describe('the pace of frames', () => {
  it('is as wanted while they are quick', () => {
    const pace = createPace(0.25)
    expect(pace.waitMs(33)).toBe(33)
    pace.spent(4)
    expect(pace.waitMs(33)).toBe(33)
  })

  it('leaves the rest of the time free while they are slow, also between quick ones, and comes back', () => {
    const pace = createPace(0.25)
    pace.spent(100)
    expect(pace.waitMs(33)).toBe(300)
    pace.spent(5)
    expect(pace.waitMs(33)).toBe(240)
    for (let frame = 0; frame < 20; frame++) pace.spent(5)
    expect(pace.waitMs(33)).toBe(33)
  })
})
