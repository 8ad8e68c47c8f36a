import { expect, test } from 'vitest'
import { type DrawnGraph, drawnNode } from '../../../../web/domain/graph/drawn-graph.ts'
import { buildScene } from '../../../../web/map/build-scene.ts'
import { listedNodes } from '../../../../web/map/engine/listed.ts'
import { createPlaces } from '../../../../web/map/placing/places.ts'
import { noTraces } from '../../../../web/map/renderer/protocol.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, node } from '../../support/graph.ts'

const ids = ['a', 'b', 'c', 'd']
const graph: DrawnGraph = {
  nodes: new Map(ids.map((id) => [id, drawnNode(node(id), undefined)])),
  edges: new Map(
    [edge('a', 'c'), edge('b', 'c')].map((one) => [
      one.id,
      { ...one, width: 1, failing: false, quiet: false, pace: 0, lighter: false, placing: true },
    ]),
  ),
}
const places = createPlaces()
ids.forEach((id, at) => {
  places.put(id, { x: 100 * at, y: 0 })
})
const scene = buildScene({ graph, traces: noTraces, places: places.now, pinned: new Map() }, settings).nodes
const listed = (left: number, right: number, most: number) => [
  ...listedNodes(graph, scene, places, { left, right, top: -10, bottom: 10 }, most).keys(),
]

test('of a small map all nodes are listed, wherever they are', () => {
  expect(listed(150, 250, 4)).toEqual(ids)
})

test('of a large map those in sight are, and the busiest of them', () => {
  expect(listed(50, 350, 3)).toEqual(['c', 'b', 'd'])
  expect(listed(-50, 350, 2)).toEqual(['c', 'a'])
  expect(listed(-50, 50, 3)).toEqual(['a'])
})

test('a node that moves is listed where it is going to be', () => {
  places.moveTo(new Map([['a', { x: 7, y: 7 }]]), 0, 1000)
  const box = { left: 0, right: 400, top: -10, bottom: 10 }
  expect(listedNodes(graph, scene, places, box, 4).get('a')).toEqual({ x: 7, y: 7 })
})
