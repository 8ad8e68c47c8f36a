import { describe, expect, it } from 'vitest'
import { applyDiff } from '../../../../web/domain/graph.ts'
import { nextPresence, noPresence } from '../../../../web/domain/node/presence.ts'
import { diff, graph, node } from '../../support/graph.ts'

const times = { pulseMs: 1_000, fadeMs: 10_000, failHoldMs: 20_000 }

describe('nextPresence', () => {
  const left = applyDiff(graph('a>b'), diff({ remove: ['b'], edges: { remove: ['a>b'] } }))

  it('keeps what went until it has faded', () => {
    const gone = nextPresence(noPresence, left.change, left.graph, 5_000, times)
    expect([...gone.goneNodes.keys()]).toEqual(['b'])
    expect([...gone.goneEdges.keys()]).toEqual(['a>b'])
    const nothing = applyDiff(left.graph, diff({}))
    expect(nextPresence(gone, nothing.change, nothing.graph, 14_000, times).goneNodes.size).toBe(1)
    expect(nextPresence(gone, nothing.change, nothing.graph, 15_001, times).goneNodes.size).toBe(0)
  })

  it('lets go at once of what came back', () => {
    const gone = nextPresence(noPresence, left.change, left.graph, 5_000, times)
    const back = applyDiff(left.graph, diff({ add: [node('b')] }))
    const next = nextPresence(gone, back.change, back.graph, 6_000, times)
    expect(next.goneNodes.size).toBe(0)
    expect(next.arrivedMs.get('b')).toBe(6_000)
  })
})
