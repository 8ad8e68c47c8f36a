import { describe, expect, it } from 'vitest'
import { unitHash } from '../../../../web/domain/hash.ts'
import { arrange } from '../../../../web/layout/arrange.ts'
import { neighboursOf } from '../../../../web/layout/neighbours.ts'
import { settings } from '../../../../web/settings.ts'
import { crossings } from '../../support/layout/measures.ts'

describe('a map of many nodes that are all connected', () => {
  const size = 900
  const nodes = Array.from({ length: size }, (_, at) => ({ id: `n${at}`, r: 24, halfWidth: 30, below: 30 }))
  const edges = Array.from({ length: 2 * size - 2 }, (_, at) => {
    const to = 1 + Math.floor(at / 2)
    return [Math.floor(unitHash(`edge ${at}`) * to), to] as const
  }).filter(([from, to], at) => at % 2 === 0 || (from !== to && at % 4 === 1))
  const laidOut = (sizeMost: number) => {
    const { flow } = settings.layout
    const effort = { ...flow.effort, sizeMost: sizeMost as typeof flow.effort.sizeMost }
    const layout = { ...settings.layout, flow: { ...flow, effort } }
    return arrange({ job: 1, nodes, edges, aspect: 1.6 }, layout)
  }

  it('has far fewer crossings than by the order in ranks alone', () => {
    const moved = crossings(laidOut(size), edges)
    expect(moved).toBeLessThan(0.85 * crossings(laidOut(size - 1), edges))
  })
})

describe('neighbours', () => {
  it('are those at the other ends of the edges of a node', () => {
    const { first, own, beside } = neighboursOf(4, [
      [0, 2],
      [2, 1],
    ])
    expect([...first]).toEqual([0, 1, 2, 4, 4])
    expect([...own]).toEqual([0, 1, 0, 1])
    expect([...beside]).toEqual([2, 2, 0, 1])
  })
})
