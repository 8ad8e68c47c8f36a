import { describe, expect, it } from 'vitest'
import { isSameSight, readSight, sightText } from '../../../../web/domain/plot/sight.ts'

describe('a part of the map', () => {
  it('is read as it was written, to whole pixels', () => {
    expect(sightText({ x: 120.4, y: -40.6, zoom: 1.2345 })).toBe('120_-41_1.235')
    expect(readSight('120_-41_1.235')).toEqual({ x: 120, y: -41, zoom: 1.235 })
  })

  it.each([
    null,
    undefined,
    '',
    '1_2',
    '1_2_0',
    '1_2_-1',
    '1_2_3_4',
    '1e9_2_3',
    'NaN_1_1',
    '99999999_1_1',
    '1,2,3',
  ])('is not read from %j', (text) => expect(readSight(text)).toBeUndefined())

  it('is the same when no difference can be seen', () => {
    const sight = { x: 1, y: 2, zoom: 1 }
    expect(isSameSight(sight, { x: 1.2, y: 1.9, zoom: 1.0001 })).toBe(true)
    expect(isSameSight(sight, { ...sight, x: 3 })).toBe(false)
    expect([isSameSight(undefined, undefined), isSameSight(sight, undefined)]).toEqual([true, false])
  })
})
