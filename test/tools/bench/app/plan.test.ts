import { describe, expect, it } from 'vitest'
import { type PlanOptions, planOf, standardLoads } from '../../../../tools/bench/app/plan.ts'

const options: PlanOptions = {
  ...{ standard: false, hosts: undefined, interval: '1,3', changing: '100', sockets: undefined },
  ...{ idle: undefined, window: '60' },
}

describe('what the bench of an app measures', () => {
  it('is each combination of what was listed, without idle minutes', () => {
    const { loads, idle } = planOf({
      ...options,
      ...{ hosts: '200', interval: '3', changing: '1,100', sockets: '1,2' },
    })
    const views = [['containers'], ['containers', 'containers']]
    expect(loads).toEqual(
      [0.01, 1].flatMap((share) => views.map((of) => ({ hosts: 200, intervalS: 3, share, views: of }))),
    )
    expect(idle).toBeUndefined()
    expect(planOf(options).loads).toHaveLength(10)
  })

  it('is the standard loads, and an hour in which nobody looks, or as long as was said', () => {
    expect(planOf({ ...options, standard: true })).toEqual({
      loads: standardLoads,
      idle: { windows: 60, windowS: 60 },
    })
    expect(planOf({ ...options, standard: true, idle: '3', window: '20' }).idle).toEqual({
      windows: 9,
      windowS: 20,
    })
  })

  it('is nothing but idle minutes when only these were asked for', () => {
    expect(planOf({ ...options, idle: '2' })).toEqual({ loads: [], idle: { windows: 2, windowS: 60 } })
    expect(planOf({ ...options, idle: '2', hosts: '10' }).loads).toHaveLength(2)
  })

  it.each([
    [{ hosts: '10,x' }, '--hosts is a list of numbers, not 10,x'],
    [{ changing: '0' }, '--changing is a list of numbers, not 0'],
    [{ idle: 'long' }, '--idle is a list of numbers, not long'],
    [{ idle: '1', window: '5,10' }, '--window is one number, not 5,10'],
  ])('is refused when it is no number: %j', (given, message) => {
    expect(() => planOf({ ...options, ...given })).toThrow(message)
  })
})
