import { expect, test } from 'vitest'
import { edgeSchema } from '../../src/api/map/edge.ts'
import type { ViewEdge } from '../../src/topology/view/view-edge.ts'
import { edgeCellNames, edgeCells, joinEdge } from '../../src/view-stream/cells/edge-cells.ts'
import type { Cell } from '../../src/view-stream/frame.ts'
import { documentedTable } from '../support/doc-table.ts'

test('the cells of an edge are documented by their positions', () => {
  const [, ...rows] = documentedTable('docs/api.md', 'Cells of an edge')
  expect(rows).toEqual(edgeCellNames.map((name, position) => [String(position), name]))
})

test('each field of an edge is a cell, or told with what the edge is', () => {
  const told = ['id', 'source', 'target', 'ports', 'portsTotal', 'estimated', 'told']
  const cells = edgeCellNames.map((name) => name.replace(/\..*/, ''))
  expect([...new Set([...told, ...cells])].sort()).toEqual(Object.keys(edgeSchema.unwrap().shape).sort())
})

test('of two edges, the cells that moved are those that differ', () => {
  const base = { id: 'e', source: 'a', target: 'b', ports: [80], portsTotal: 1 }
  const cells = edgeCellNames.map((_, position) => position + 1)
  const edgeOf = (of: readonly Cell[]): ViewEdge => {
    const { firstSeen, lastSeen, ...edge } = joinEdge(base, of)
    return { ...edge, firstSeenMs: Date.parse(firstSeen), lastSeenMs: Date.parse(lastSeen) }
  }
  const before = edgeOf(cells)
  for (const [position, cell] of cells.entries()) {
    const now = edgeOf(cells.with(position, 1000 + cell))
    expect(edgeCells.moved(before, now)).toEqual([position, 1000 + cell])
  }
  expect(edgeCells.moved(before, edgeOf(cells))).toEqual([])
  const few = edgeOf(cells.slice(0, -2))
  const last = cells.length
  expect(edgeCells.moved(before, few)).toEqual([last - 2, null, last - 1, null])
})
