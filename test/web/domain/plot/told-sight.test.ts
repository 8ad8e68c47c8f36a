import { describe, expect, it } from 'vitest'
import type { Sight } from '../../../../web/domain/plot/sight.ts'
import { createToldSight } from '../../../../web/domain/plot/told-sight.ts'

const part: Sight = { x: 120, y: 40, zoom: 2 }
const other: Sight = { ...part, x: 300 }

/** A map of hosts whose part the address tells, which also has the entries of the way back. */
const looking = () => {
  const entries: { sight: Sight | undefined; search: string }[] = [{ sight: undefined, search: '' }]
  const here = () => entries.at(-1) as { sight: Sight | undefined; search: string }
  const told = createToldSight((_, sight) => Object.assign(here(), { sight }))
  let arrivals = 0
  const arrive = () => told.led('hosts', here().sight, here().search, arrivals)
  return {
    told,
    here,
    /** A filter is set: its entry tells the part that the one before tells. @returns whether the map is to look at it */
    filter(search: string) {
      entries.push({ ...here(), search })
      return arrive()
    },
    /** A link is opened in the page. */
    open(sight: Sight | undefined, search: string) {
      arrivals++
      entries.push({ sight, search })
      return arrive()
    },
    back() {
      arrivals++
      entries.pop()
      return arrive()
    },
    /** What the filter of the address shows has come. @returns whether all of it is to be shown */
    comes: (isLaidOut = true) => told.filtered('hosts', here().search, isLaidOut),
  }
}

describe('what the address tells of the part of a map that is looked at', () => {
  it('is what somebody has moved to, and the map is not led there again', () => {
    const { told, here, filter } = looking()
    told.seen('hosts', part)
    expect(here().sight).toEqual(part)
    expect(filter('x')).toBe(false)
  })

  it('leads the map, which need not tell it then', () => {
    const { told, here, open } = looking()
    expect(open(part, '')).toBe(true)
    here().sight = other
    told.seen('hosts', { ...part, x: 120.2 })
    expect(here().sight).toEqual(other)
  })

  it('is none once what a filter shows has come, and the way back leads to the part of before', () => {
    const { told, here, filter, comes, back } = looking()
    told.seen('hosts', part)
    filter('x')
    expect([here().sight, comes()]).toEqual([part, true])
    told.seen('hosts', undefined)
    expect(here()).toEqual({ sight: undefined, search: 'x' })
    expect([back(), comes(), here().sight]).toEqual([true, false, part])
  })

  it('is that of before after the way back, also while the map still moves to all that the filter shows', () => {
    const { told, here, filter, comes, back } = looking()
    told.seen('hosts', part)
    filter('x')
    expect(comes()).toBe(true)
    expect([back(), comes(), here()]).toEqual([true, false, { sight: part, search: '' }])
    // The map has come to rest where it was led.
    told.seen('hosts', part)
    expect(here().sight).toEqual(part)
  })

  it('stays when the way back comes before what the filter shows', () => {
    const { told, here, filter, back } = looking()
    told.seen('hosts', part)
    filter('x')
    // It is there, and need not move.
    expect([back(), here().sight]).toEqual([true, part])
  })

  it.each([
    ['a part', part],
    ['all of it', undefined],
  ])(
    'is that of before after the way back, also while the map moves elsewhere without having told so: %s',
    (_, before) => {
      const { told, here, filter, back } = looking()
      told.seen('hosts', before)
      // Anything that is an entry of its own, such as a card.
      expect(filter('')).toBe(false)
      expect([back(), here().sight]).toEqual([true, before])
      told.seen('hosts', before)
      expect(here().sight).toEqual(before)
    },
  )

  it('is led to once by each way back, and not when the address changes otherwise', () => {
    const { told, filter, back } = looking()
    told.seen('hosts', part)
    filter('x')
    filter('y')
    expect([back(), filter('z'), back()]).toEqual([true, false, true])
  })

  it('stays while the map is not laid out, which looks there by itself', () => {
    const { here, open, filter, comes } = looking()
    open(part, '')
    comes(false)
    filter('x')
    expect([comes(false), here().sight]).toEqual([false, part])
  })

  it('stays what a link tells together with another filter, and is none after the next one', () => {
    const { here, open, filter, comes } = looking()
    expect([open(part, 'x'), comes(), here().sight]).toEqual([true, false, part])
    filter('y')
    expect([comes(), here().sight]).toEqual([true, undefined])
  })
})
