import { describe, expect, it } from 'vitest'
import { applyDiff } from '../../../../web/domain/graph/graph.ts'
import { nextPresence, nextTraceMs, noPresence, whileOpening } from '../../../../web/domain/node/presence.ts'
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

  it('keeps nothing of what went while the view was being opened, but what came', () => {
    const next = applyDiff(
      graph('a>b'),
      diff({ remove: ['b'], add: [node('c')], edges: { remove: ['a>b'] } }),
    )
    const opening = nextPresence(noPresence, whileOpening(next.change), next.graph, 5_000, times)
    expect([opening.goneNodes.size, opening.goneEdges.size]).toEqual([0, 0])
    expect([...opening.arrivedMs.keys()]).toEqual(['c'])
  })

  it('lets go at once of what came back', () => {
    const gone = nextPresence(noPresence, left.change, left.graph, 5_000, times)
    const back = applyDiff(left.graph, diff({ add: [node('b')] }))
    const next = nextPresence(gone, back.change, back.graph, 6_000, times)
    expect(next.goneNodes.size).toBe(0)
    expect(next.arrivedMs.get('b')).toBe(6_000)
  })
})

describe('nextTraceMs', () => {
  const motion = { pulseMs: 1_000, pulseFramesPerSecond: 20, fadeMs: 10_000, fadeFramesPerSecond: 10 }
  const gone = { ...noPresence, goneNodes: new Map([['a', { node: node('a'), atMs: 5_000 }]]) }
  const arrived = { ...noPresence, arrivedMs: new Map([['b', 5_000]]) }
  const nextMs = (traces: typeof noPresence, nowMs: number, paintedMs: number, calm = false) =>
    nextTraceMs(traces, { nowMs, paintedMs }, motion, calm)

  it('is soon after the last frame while something fades, and sooner while something pulses', () => {
    expect(nextMs(gone, 7_010, 7_000)).toBe(7_100)
    expect(nextMs({ ...gone, ...arrived, goneNodes: gone.goneNodes }, 5_510, 5_500)).toBe(5_550)
  })

  it('is once more when what was gone has faded, and then never', () => {
    expect(nextMs(gone, 15_020, 14_990)).toBe(15_090)
    expect(nextMs(gone, 15_100, 15_090)).toBeUndefined()
    expect(nextMs(arrived, 6_100, 6_090)).toBeUndefined()
  })

  it('is only the end of what is gone with reduced motion', () => {
    expect(nextMs(arrived, 5_100, 5_090, true)).toBeUndefined()
    expect(nextMs(gone, 7_010, 7_000, true)).toBe(15_000)
    expect(nextMs(gone, 15_010, 7_000, true)).toBe(15_000)
    expect(nextMs(gone, 15_010, 15_010, true)).toBeUndefined()
  })
})
