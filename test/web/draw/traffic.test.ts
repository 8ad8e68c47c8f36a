import { describe, expect, test } from 'vitest'
import { movingOf } from '../../../web/draw/traffic.ts'

const busy = ['web → redis', 'web → db', 'cron → db']
const atDb = (edge: string) => edge.endsWith('db')

describe('traffic moves', () => {
  test('on all edges, where there is room', () => {
    expect(movingOf(busy, atDb, 3)).toEqual(busy)
  })

  test('on those that are looked at, where there are many', () => {
    expect(movingOf(busy, atDb, 2)).toEqual(['web → db', 'cron → db'])
  })

  test('on none, where there are many and none is looked at', () => {
    expect(movingOf(busy, () => false, 2)).toEqual([])
  })
})
