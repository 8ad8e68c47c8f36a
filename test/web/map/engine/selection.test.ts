import { describe, expect, it } from 'vitest'
import { type DrawnGraph, drawnEdge, drawnNode, plainEdge } from '../../../../web/domain/graph/drawn-graph.ts'
import { createSelection } from '../../../../web/map/engine/selection.ts'
import { settings } from '../../../../web/settings.ts'
import { graph } from '../../support/graph.ts'

const drawn = (...parts: readonly string[]): DrawnGraph => {
  const { nodes, edges } = graph(...parts)
  return {
    nodes: new Map([...nodes].map(([id, one]) => [id, drawnNode(one, undefined)])),
    edges: new Map([...edges].map(([id, one]) => [id, drawnEdge(one, plainEdge, settings)])),
  }
}
const shown = drawn('web>api', 'api>db', 'cron')

describe('the focus', () => {
  const focusOf = (act: (one: ReturnType<typeof createSelection>) => void, of = shown) => {
    const selection = createSelection()
    act(selection)
    selection.refocus(of, 0, 0)
    const { focus } = selection.spotlight
    return focus && selection.spotlight.dim(1) === 1 ? [...focus.nodes].sort() : undefined
  }
  const found = { nodes: new Set(['cron']), edges: new Set<string>() }

  it('is on what is pointed at, before what is selected, before what was found', () => {
    expect(focusOf((one) => one.find(found))).toEqual(['cron'])
    expect(
      focusOf((one) => {
        one.find(found)
        one.select({ kind: 'node', id: 'db' })
      }),
    ).toEqual(['api', 'db'])
    expect(
      focusOf((one) => {
        one.find(found)
        one.select({ kind: 'node', id: 'db' })
        one.point({ kind: 'node', id: 'web' })
      }),
    ).toEqual(['api', 'web'])
  })

  it('is on what was found before what is selected when that is asked for, but not before what is pointed at', () => {
    expect(
      focusOf((one) => {
        one.find(found, true)
        one.select({ kind: 'node', id: 'db' })
      }),
    ).toEqual(['cron'])
    expect(
      focusOf((one) => {
        one.find(found, true)
        one.point({ kind: 'node', id: 'web' })
      }),
    ).toEqual(['api', 'web'])
  })

  it('is on an edge and its ends, and of a selected edge only while nothing is pointed at', () => {
    const selected = { kind: 'edge', source: 'api', target: 'db' } as const
    expect(focusOf((one) => one.select(selected))).toEqual(['api', 'db'])
    expect(focusOf((one) => one.point({ kind: 'edge', id: 'web>api', at: { x: 0, y: 0 } }))).toEqual([
      'api',
      'web',
    ])
    expect(
      focusOf((one) => {
        one.select(selected)
        one.point({ kind: 'node', id: 'cron' })
      }),
    ).toEqual(['cron'])
  })

  it('is on nothing where what is selected is not on the map', () => {
    expect(focusOf((one) => one.select({ kind: 'node', id: 'gone' }))).toBeUndefined()
    expect(focusOf((one) => one.select({ kind: 'edge', source: 'db', target: 'web' }))).toBeUndefined()
  })
})

describe('the selection', () => {
  it('tells whether another thing is pointed at', () => {
    const selection = createSelection()
    expect(selection.point({ kind: 'node', id: 'a' })).toBe(true)
    expect(selection.point({ kind: 'node', id: 'a' })).toBe(false)
    expect(selection.point({ kind: 'edge', id: 'a', at: { x: 0, y: 0 } })).toBe(true)
    expect(selection.point({ kind: 'edge', id: 'a', at: { x: 5, y: 0 } })).toBe(false)
    expect(selection.point(undefined)).toBe(true)
  })

  it('marks what is pointed at and what is selected, by the ids of the map', () => {
    const selection = createSelection()
    selection.select({ kind: 'edge', source: 'web', target: 'api' })
    selection.point({ kind: 'node', id: 'db' })
    selection.refocus(shown, 0, 0)
    expect(selection.marks).toEqual({
      hoveredNode: 'db',
      hoveredEdge: undefined,
      selectedNode: undefined,
      selectedEdge: 'web>api',
    })
    expect(selection.node).toBe('db')
    selection.point(undefined)
    selection.select({ kind: 'node', id: 'web' })
    expect(selection.node).toBe('web')
  })
})
