import { expect, it } from 'vitest'
import { drawnNode } from '../../../../web/domain/graph/drawn-graph.ts'
import { edgeCurve, pointAt } from '../../../../web/domain/plot/geometry.ts'
import { createMapState } from '../../../../web/map/engine/map-state.ts'
import { createPlaces } from '../../../../web/map/placing/places.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, node } from '../../support/graph.ts'

it('what a node covers reaches to the top of its loop, so that no map is shown with that cut off', () => {
  const places = createPlaces()
  for (const id of ['a', 'b']) places.put(id, { x: 0, y: 0 })
  const state = createMapState(settings)
  state.take({
    ...{ view: 'containers', live: true, goneNodes: [], goneEdges: [], traces: undefined },
    nodes: ['a', 'b'].map((id) => drawnNode(node(id), undefined)),
    edges: [edge('a', 'a'), edge('a', 'b')].map((one) => ({
      ...one,
      ...{ width: 1, failing: false, quiet: false, pace: 0, lighter: false, placing: true },
    })),
  })
  const [looped, other] = ['a', 'b'].map((id) => state.boxes([id], places)[0]?.top ?? Number.NaN)
  const end = { x: 0, y: 0, r: settings.node.radiusMax }
  const loop = edgeCurve(end, end, { bend: 0, bendMax: 0, clearance: 0 })
  expect(looped).toBeLessThanOrEqual(pointAt(loop, 0.5).y)
  expect(other).toBe(-settings.node.radiusMax)
})
