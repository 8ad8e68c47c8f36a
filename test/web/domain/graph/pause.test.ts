import { describe, expect, it } from 'vitest'
import { missedSince, missedWords, nothingMissed } from '../../../../web/domain/graph/pause.ts'
import { edge, graph } from '../../support/graph.ts'

describe('what was missed while the map stood still', () => {
  it('is what differs between then and now: nodes that are new or gone, and edges that fail since', () => {
    const shown = graph('a>b', 'b>c', 'd')
    const now = graph('a>b', 'b>c', 'e', 'f')
    const failing = new Map(now.edges).set('a>b', edge('a', 'b', { failed: 1, failedPerSecond: 0.1 }))
    expect(missedSince(shown, { nodes: now.nodes, edges: failing })).toEqual({
      appeared: 2,
      gone: 1,
      failing: 1,
    })
    expect(missedSince(shown, shown)).toEqual(nothingMissed)
  })

  it('counts an edge that is new and fails, and none that failed before', () => {
    const never = edge('a', 'b', { opened: 0, open: 0, failed: 2 })
    const failing = { nodes: graph('a>b').nodes, edges: new Map([['a>b', never]]) }
    expect(missedSince(graph('a', 'b'), failing).failing).toBe(1)
    expect(missedSince(failing, failing).failing).toBe(0)
  })

  it('is told in words', () => {
    expect(missedWords({ appeared: 3, gone: 1, failing: 2 })).toBe('3 new, 1 gone, 2 failing since')
    expect(missedWords({ appeared: 0, gone: 0, failing: 1 })).toBe('1 failing since')
    expect(missedWords(nothingMissed)).toBe('')
    expect(missedWords({ appeared: 3, gone: 1, failing: 2 }, true)).toBe(
      '3 now shown, 1 no longer shown, 2 failing since',
    )
  })
})
