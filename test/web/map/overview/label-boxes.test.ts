import { describe, expect, it } from 'vitest'
import { drawnEdge, drawnNode, plainEdge } from '../../../../web/domain/graph/drawn-graph.ts'
import { overlaps } from '../../../../web/domain/plot/geometry.ts'
import { fit } from '../../../../web/draw/camera.ts'
import { placedLabels } from '../../../../web/draw/text/labels.ts'
import { createTextMeasure } from '../../../../web/draw/text/text-measure.ts'
import { arrange } from '../../../../web/layout/arrange.ts'
import { buildScene } from '../../../../web/map/build-scene.ts'
import { overviewOf, troubledIn } from '../../../../web/map/overview/overview.ts'
import { noTraces } from '../../../../web/map/renderer/protocol.ts'
import { settings } from '../../../../web/settings.ts'
import { fakeCanvas } from '../../support/canvas.ts'
import { frameOf } from '../../support/frame.ts'
import { type RecordedWorld, recordedGraph, requestOf } from '../../support/layout/graphs.ts'

const size = { width: 1400, height: 850 }
const measure = createTextMeasure(() => fakeCanvas().ctx, 'sans-serif', settings.label)

/**
 * A recorded world as it is laid out, with the projects that the names of its containers begin with; one in seven is unhealthy.
 *
 * @param isOpen the projects are groups that are open
 */
const worldOf = (name: RecordedWorld, isOpen: boolean) => {
  const graph = recordedGraph(name)
  const request = requestOf(graph)
  const places = arrange(request, settings.layout)
  const nodes = [...graph.nodes.values()].map((node, at) => {
    const project = /^([a-z]+-[a-z]+|[a-z]+)[-_]/.exec(node.label)?.[1]
    const ill = at % 7 === 0 ? { state: 'unhealthy' as const } : {}
    const group =
      isOpen && project !== undefined ? { group: { id: `compose=${project}`, label: project } } : {}
    return {
      ...drawnNode({ ...node, ...ill, ...group }, undefined),
      ...(project !== undefined && { project }),
    }
  })
  return buildScene(
    {
      graph: {
        nodes: new Map(nodes.map((node) => [node.id, node])),
        edges: new Map([...graph.edges].map(([id, edge]) => [id, drawnEdge(edge, plainEdge, settings)])),
      },
      traces: noTraces,
      pinned: new Map(),
      places: new Map(request.nodes.map(({ id }, at) => [id, places[at] ?? { x: 0, y: 0 }])),
    },
    settings,
  )
}

const worlds: readonly (readonly [RecordedWorld, boolean])[] = [
  ['shop', false],
  ['shop', true],
  ['services', false],
  ['services', true],
]
for (const [name, isOpen] of worlds)
  describe(`labels of ${name}${isOpen ? ', with open groups' : ''}`, () => {
    const scene = worldOf(name, isOpen)
    const groups = new Set(scene.nodes.flatMap(({ within }) => (within ? [`open ${within.id}`] : [])))
    const xs = scene.nodes.map(({ x }) => x)
    const ys = scene.nodes.map(({ y }) => y)
    const box = {
      left: Math.min(...xs),
      right: Math.max(...xs),
      top: Math.min(...ys),
      bottom: Math.max(...ys),
    }
    const labelsAt = (zoom: number, isFar: boolean) => {
      const camera = fit(box, size, settings.camera.padding, { min: zoom, max: zoom })
      const frame = frameOf(camera, size)
      const far = overviewOf(scene, settings)
      return {
        far,
        placed: isFar
          ? placedLabels(frame, far.scene, measure, { hulls: far.hulls, troubled: troubledIn(scene) })
          : placedLabels(frame, scene, measure),
      }
    }

    for (const zoom of [0.1, 0.2, 0.3, 0.37, 0.41, 0.6, 0.9, 1.5])
      it(`do not overlap at zoom ${zoom}`, () => {
        const levels =
          zoom < settings.overview.from ? [true] : zoom > settings.overview.until ? [false] : [true, false]
        for (const isFar of levels) {
          const { placed, far } = labelsAt(zoom, isFar)
          const all = [...placed]
          expect(all.length).toBeGreaterThan(1)
          for (const [at, [id, { box }]] of all.entries())
            for (const [other, { box: otherBox }] of all.slice(at + 1))
              expect(overlaps(box, otherBox), `${id} and ${other}`).toBe(false)
          if (!isFar) {
            if (isOpen) expect(all.filter(([id]) => groups.has(id)).length).toBeGreaterThan(groups.size / 2)
            continue
          }
          const hulls = new Set(far.hulls.map(({ id }) => id))
          expect(all.some(([id]) => hulls.has(id))).toBe(true)
          const troubled = troubledIn(scene)
          const members = far.scene.nodes.filter(({ plain }) => plain).map(({ id }) => id)
          expect(members.filter((id) => placed.has(id) && !troubled.has(id))).toEqual([])
        }
      })

    it('name members of hulls that are in trouble where there is room', () => {
      const { placed, far } = labelsAt(0.37, true)
      const troubled = troubledIn(scene)
      expect(far.scene.nodes.some(({ id, plain }) => plain && troubled.has(id) && placed.has(id))).toBe(true)
    })
  })
