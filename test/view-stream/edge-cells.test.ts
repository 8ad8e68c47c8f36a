import { expect, test } from 'vitest'
import { edgeSchema } from '../../src/api/map/edge.ts'
import { edgeCellNames } from '../../src/view-stream/cells/edge-cells.ts'
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
