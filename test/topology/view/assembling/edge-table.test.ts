import { expect, test } from 'vitest'
import { indexed } from '../../../../src/topology/pipeline/indexed-reports.ts'
import { Memory } from '../../../../src/topology/reports/index/memory.ts'
import { EdgeTable } from '../../../../src/topology/view/assembling/edge-table.ts'
import type { Fragment, Slot } from '../../../../src/topology/view/assembling/fragment.ts'
import type { Placement } from '../../../../src/topology/view/placing/placement.ts'
import { datedEdge } from '../../../../src/topology/view/view-edge.ts'
import { held, pair, processNode, report } from '../../../support/reports/reports.ts'

const placement: Placement = { nodes: new Map(), nodeOf: () => undefined, hidden: 0 }

/** What a host tells of connections from the node `a` to the node `b`. @param opened how many there were */
const fragmentOf = (host: string, opened: number): Fragment => {
  const [client, server] = [`${host};1`, `${host};2`]
  const of = indexed(
    held(
      report({
        host,
        nodes: [processNode(host, 1), processNode(host, 2)],
        connections: [pair(client, server, 80, { opened })],
      }),
    ),
  )
  const pairs = of.flows.pairs.map((flow) => ({ source: 'a', target: 'b', flow }))
  return { of, index: of.index, placement, pairs, pseudo: new Set(), derived: new Memory() }
}

const tableOf = (slots: readonly Slot[]): EdgeTable => {
  const table = new EdgeTable({ keepsSelfEdge: () => true, endsChanged: () => undefined })
  for (const slot of slots) table.take(slot, undefined)
  table.settle()
  return table
}

const edgesIn = ({ edges }: EdgeTable) => Array.from(edges.values(), datedEdge)

test('an edge says what its parts add up to, also after others that add up to the same', () => {
  const [alpha, beta] = [fragmentOf('alpha', 1), fragmentOf('beta', 5)]
  const slots = { alpha: { fragment: alpha }, beta: { fragment: beta } }
  const table = tableOf(Object.values(slots))
  const tell = (host: keyof typeof slots, fragment: Fragment): void => {
    const slot = slots[host]
    const before = slot.fragment
    slot.fragment = fragment
    table.take(slot, before)
  }
  const settled = () => {
    table.settle()
    expect(edgesIn(table)).toEqual(edgesIn(tableOf(Object.values(slots))))
    return [...table.edges.values()]
  }
  const [first] = settled()
  tell('alpha', fragmentOf('alpha', 3))
  tell('beta', fragmentOf('beta', 3))
  expect(settled()[0]).toBe(first)
  tell('alpha', alpha)
  expect(settled()).toMatchObject([{ opened: 4 }])
  tell('beta', beta)
  expect(settled()).toMatchObject([{ opened: 6 }])
  tell('alpha', fragmentOf('alpha', 2))
  tell('beta', fragmentOf('beta', 4))
  const doubt = { sources: new Set(['a']), targets: new Set(['b']) }
  table.addDoubt(doubt)
  table.settle()
  expect(edgesIn(table)).toMatchObject([{ opened: 6, estimated: true }])
  table.removeDoubt(doubt)
  expect(settled()).toMatchObject([{ opened: 6 }])
})
