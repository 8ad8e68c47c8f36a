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

  describe('a wish to cover the least', () => {
    const tall = (left: number, top: number, height: number) => ({
      left,
      right: left + 10,
      top,
      bottom: top + height,
    })
    const [first, second, third] = [spot(0, 0), spot(0, 30), spot(0, 60)]
    const takes = (obstacles: Parameters<typeof declutter>[1], least: (id: string) => number = () => 1) =>
      declutter([{ id: 'hull', spots: [first, second, third], weight: 1, over: true, least }], obstacles).get(
        'hull',
      )
    const much = { id: 'much', box: tall(0, 0, 14), small: true }
    const little = { id: 'little', box: tall(0, 30, 4), small: true }

    it('takes the first that covers nothing, else where least is below', () => {
      expect(takes([])).toEqual(first)
      expect(takes([much, little])).toEqual(third)
      expect(takes([much, little, { id: 'whole', box: box(0, 60), small: true }])).toEqual(second)
    })

    it('counts each as it says', () => {
      const whole = { id: 'whole', box: box(0, 60), small: true }
      expect(takes([much, little, whole], (id) => (id === 'little' ? 4 : 1))).toEqual(first)
    })

    it('counts once what is as large as several cells of the grid', () => {
      const wide = { id: 'wide', box: { left: 0, right: 400, top: 0, bottom: 1 }, small: true }
      const spots = [{ box: { left: 0, right: 400, top: 0, bottom: 14 }, shows: 'wide' }, spot(0, 30)]
      const whole = { id: 'whole', box: { left: 0, right: 40, top: 30, bottom: 52 }, small: true }
      const hull = { id: 'hull', spots, weight: 1, least: () => 1 }
      expect(declutter([hull], [wide, whole]).get('hull')).toEqual(spots[0])
    })

    it('keeps off what is not small, and small ones hinder nobody else', () => {
      expect(takes([{ id: 'node', box: box(0, 0) }, little, much])).toEqual(third)
      const all = [first, second, third].map(({ box }, at) => ({ id: `node${at}`, box }))
      expect(takes([...all, much])).toEqual(second)
      const light = { id: 'light', spots: [first], weight: 1 }
      expect(declutter([light], [much]).get('light')).toEqual(first)
    })
  })
})
