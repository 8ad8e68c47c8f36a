import { expect, it } from 'vitest'
import { isTooLarge } from '../../../../web/domain/address/layout-kind.ts'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { planLayout } from '../../../../web/map/placing/plan.ts'
import { settings } from '../../../../web/settings.ts'
import { graph } from '../../support/graph.ts'

const most = settings.layout.layered.sizeMost
/** As many nodes, each of which asks the next one. */
const chain = (nodes: number, ...more: readonly string[]): Graph =>
  graph(...Array.from({ length: nodes - 1 }, (_, at) => `n${at}>n${at + 1}`), ...more)
/** Nodes and edges that the layout is asked for. */
const sizeOf = (of: Graph) => {
  const { request } = planLayout(
    { graph: of, placeOf: () => undefined, single: new Set(), labelWidth: () => 50, aspect: 1.6 },
    settings,
  ) as NonNullable<ReturnType<typeof planLayout>>
  return request.nodes.length + request.edges.length
}
const fits = chain(most / 2)

it.each([
  ['fits', fits, most - 1, false],
  ['just fits, with one that talks to itself', graph(...fits.edges.keys(), 'n0>n0', 'alone'), most, false],
  ['has an edge too many', graph(...fits.edges.keys(), 'n0>n5', 'n0>n6'), most + 1, true],
  ['has a node too many', chain(most / 2 + 1), most + 1, true],
])('a map that %s', (_, of, size, isSo) => {
  expect(sizeOf(of)).toBe(size)
  expect(isTooLarge('layered', of, undefined)).toBe(isSo)
  expect(isTooLarge('flow', of, undefined)).toBe(false)
  expect(isTooLarge('force', of, undefined)).toBe(false)
})

it('edges that the layout leaves out do not count', () => {
  const of = chain(most - 10)
  expect(isTooLarge('layered', of, undefined)).toBe(true)
  expect(isTooLarge('layered', of, new Set([...of.edges.keys()].slice(0, 10)))).toBe(false)
})
