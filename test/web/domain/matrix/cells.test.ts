import { describe, expect, it } from 'vitest'
import type { MapEdge } from '../../../../web/domain/graph/graph.ts'
import { matrixOf } from '../../../../web/domain/matrix/cells.ts'
import { stepInMatrix } from '../../../../web/domain/matrix/step.ts'
import { edge, node } from '../../support/graph.ts'

const steps = [0.05, 1, 20]
const graphOf = (edges: readonly MapEdge[]) => ({
  nodes: new Map(
    [...new Set(edges.flatMap(({ source, target }) => [source, target]))].map((id) => [id, node(id)]),
  ),
  edges: new Map(edges.map((one) => [one.id, one])),
})

describe('a matrix', () => {
  const graph = graphOf([
    { ...edge('web', 'api'), openedPerSecond: 30 },
    { ...edge('api', 'db'), openedPerSecond: 2 },
    { ...edge('web', 'cache'), quietSeconds: 60, openedPerSecond: 0 },
  ])
  const { rows, columns, cells } = matrixOf(
    graph,
    ['cache', 'db', 'api', 'web'],
    steps,
    new Map([['api>db', 1]]),
  )

  it('has a row for who calls and a column for who is called, in the given order', () => {
    expect(rows).toEqual(['api', 'web'])
    expect(columns).toEqual(['cache', 'db', 'api'])
  })

  it('has a cell for each edge, the darker the busier it is', () => {
    expect(
      cells.map(({ edge: { id }, row, column, shade, failing }) => ({ id, row, column, shade, failing })),
    ).toEqual([
      { id: 'web>api', row: 1, column: 2, shade: 3, failing: false },
      { id: 'api>db', row: 0, column: 1, shade: 2, failing: true },
      { id: 'web>cache', row: 1, column: 0, shade: 0, failing: false },
    ])
  })

  it('has none for what is told to be at rest, however busy it was', () => {
    const stale = graphOf([{ ...edge('a', 'b'), openedPerSecond: 30, stale: true }])
    expect(matrixOf(stale, ['a', 'b'], steps, new Map()).cells[0]?.shade).toBe(0)
  })
})

describe('keys in a matrix', () => {
  const cells = [
    { row: 0, column: 1 },
    { row: 0, column: 4 },
    { row: 2, column: 0 },
    { row: 2, column: 3 },
  ]
  const press = (key: string, from?: { row: number; column: number }, ctrlKey = false, held = {}) =>
    stepInMatrix(cells, from, { key, ctrlKey, altKey: false, metaKey: false, ...held })

  it('go to the next cell that has connections', () => {
    expect(press('ArrowDown')).toEqual({ row: 0, column: 1 })
    expect(press('ArrowRight', { row: 0, column: 1 })).toEqual({ row: 0, column: 4 })
    expect(press('ArrowRight', { row: 0, column: 4 })).toBeUndefined()
    expect(press('ArrowDown', { row: 0, column: 4 })).toEqual({ row: 2, column: 3 })
    expect(press('ArrowUp', { row: 2, column: 0 })).toEqual({ row: 0, column: 1 })
    expect(press('ArrowLeft', { row: 2, column: 3 })).toEqual({ row: 2, column: 0 })
  })

  it('go to the first and last of the row, or of all', () => {
    expect(press('End', { row: 0, column: 1 })).toEqual({ row: 0, column: 4 })
    expect(press('Home', { row: 2, column: 3 })).toEqual({ row: 2, column: 0 })
    expect(press('End', { row: 0, column: 1 }, true)).toEqual({ row: 2, column: 3 })
  })

  it('are the browser’s with Alt or ⌘, by which it goes back', () => {
    expect(press('ArrowLeft', { row: 2, column: 3 }, false, { altKey: true })).toBeUndefined()
    expect(press('ArrowLeft', { row: 2, column: 3 }, false, { metaKey: true })).toBeUndefined()
    expect(press('Home', { row: 2, column: 3 }, false, { altKey: true })).toBeUndefined()
  })

  it('lead nowhere otherwise', () => expect(press('x', { row: 0, column: 1 })).toBeUndefined())
})
