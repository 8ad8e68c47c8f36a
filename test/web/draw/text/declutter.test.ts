import { describe, expect, it } from 'vitest'
import { declutter } from '../../../../web/draw/text/declutter.ts'

const box = (left: number, top: number) => ({ left, right: left + 40, top, bottom: top + 14 })
const spot = (left: number, top: number, shows: 'whole' | 'least' = 'whole') => ({
  box: box(left, top),
  shows,
})

describe('declutter', () => {
  it('lets the heavier of two that collide have its best spot, and the other its next', () => {
    const shown = declutter(
      [
        { id: 'light', spots: [spot(10, 0), spot(10, 30, 'least')], weight: 1 },
        { id: 'heavy', spots: [spot(0, 0)], weight: 2 },
      ],
      [],
    )
    expect(shown.get('heavy')).toEqual(spot(0, 0))
    expect(shown.get('light')).toEqual(spot(10, 30, 'least'))
  })

  it('leaves out who finds no room', () => {
    const shown = declutter(
      [
        { id: 'a', spots: [spot(0, 0)], weight: 2 },
        { id: 'b', spots: [spot(5, 5), spot(-5, -5)], weight: 1 },
      ],
      [],
    )
    expect([...shown.keys()]).toEqual(['a'])
  })

  it('keeps off the nodes of others, though not off its own, unless it may cover them', () => {
    const obstacles = [{ id: 'node', box: box(0, 0) }]
    const shown = (id: string, over: boolean) =>
      declutter([{ id, spots: [spot(0, 0)], weight: 1, over }], obstacles)
    expect(shown('other', false).size).toBe(0)
    expect(shown('other', true).size).toBe(1)
    expect(shown('node', false).size).toBe(1)
    const aside = { id: 'other', spots: [spot(0, 0), spot(0, 30)], weight: 1, over: true }
    expect(declutter([aside], obstacles).get('other')).toEqual(spot(0, 30))
  })

  it('does not hang on the order of the wishes', () => {
    const wishes = ['c', 'a', 'b'].map((id) => ({ id, spots: [spot(0, 0), spot(0, 20)], weight: 1 }))
    expect([...declutter(wishes, [])].sort()).toEqual([...declutter([...wishes].reverse(), [])].sort())
  })

  it('sees far-off collisions of large boxes, beyond one cell of its grid', () => {
    const wide = { left: -300, right: 300, top: 0, bottom: 200 }
    const shown = declutter(
      [
        { id: 'wide', spots: [{ box: wide, shows: 'whole' }], weight: 2 },
        { id: 'small', spots: [spot(240, 150)], weight: 1 },
      ],
      [],
    )
    expect([...shown.keys()]).toEqual(['wide'])
  })

  it('lets each grow where neither others nor nodes are in the way, once all have their places', () => {
    const wide = { box: { ...box(0, 0), right: 90 }, shows: 'wide' }
    const longer = { box: { ...box(0, 0), right: 60 }, shows: 'longer' }
    const heavy = {
      id: 'heavy',
      weight: 2,
      over: true,
      spots: [{ box: box(0, 0), shows: 'cut', better: () => [wide, longer] }],
    }
    const light = { id: 'light', weight: 1, spots: [{ box: box(70, 0), shows: 'light' }] }
    const nodes = [{ id: 'node', box: { ...box(50, 0), right: 58 } }]
    const shown = (...given: Parameters<typeof declutter<string>>) => declutter(...given).get('heavy')?.shows
    expect(shown([heavy], [])).toBe('wide')
    expect(shown([heavy, light], [])).toBe('longer')
    expect(declutter<string>([heavy, light], []).size).toBe(2)
    expect(shown([heavy, light], nodes)).toBe('cut')
  })
})
