import { describe, expect, it } from 'vitest'
import type { NodeSummary } from '../../../../src/api/types.ts'
import { drawnEdge, drawnNode, plainEdge } from '../../../../web/domain/graph/drawn-graph.ts'
import { overlaps, type Point } from '../../../../web/domain/plot/geometry.ts'
import { toScreen } from '../../../../web/draw/camera.ts'
import { placedLabels } from '../../../../web/draw/text/labels.ts'
import { createTextMeasure } from '../../../../web/draw/text/text-measure.ts'
import { buildScene } from '../../../../web/map/build-scene.ts'
import { overviewOf } from '../../../../web/map/overview/overview.ts'
import { noTraces } from '../../../../web/map/renderer/protocol.ts'
import { settings } from '../../../../web/settings.ts'
import { fakeCanvas } from '../../support/canvas.ts'
import { frameOf } from '../../support/frame.ts'
import { edge, node } from '../../support/graph.ts'

const size = { width: 1000, height: 700 }
const camera = { zoom: 1, x: 0, y: 0 }
const measure = createTextMeasure(() => fakeCanvas().ctx, 'sans-serif', settings.label)

const sceneOf = (placed: readonly (readonly [NodeSummary, Point])[], edges = [edge('a', 'b')]) =>
  buildScene(
    {
      graph: {
        nodes: new Map(placed.map(([one]) => [one.id, drawnNode(one, undefined)])),
        edges: new Map(edges.map((one) => [one.id, drawnEdge(one, plainEdge, settings)])),
      },
      traces: noTraces,
      pinned: new Map(),
      places: new Map(placed.map(([one, at]) => [one.id, at])),
    },
    settings,
  )

describe('the name of an open group', () => {
  const shop = { id: 'compose=shop', label: 'shop' }
  const bank = { id: 'compose=bank', label: 'bank' }

  it('is above its uppermost node, or else below its lowest, where it covers no other label', () => {
    const members = (group: typeof shop, x: number, y: number) =>
      [0, 1].map((step): readonly [NodeSummary, Point] => [
        node(`${group.label}${step}`, { group }),
        { x, y: y + 150 * step },
      ])
    const free = placedLabels(frameOf(camera, size), sceneOf(members(shop, 300, 200)), measure)
    const names = [...free.values()].filter(({ shows }) => shows.lines[0] === 'shop')
    expect(names).toHaveLength(1)
    expect(names[0]?.box.bottom).toBeLessThan(200 - settings.node.radiusMax)
    expect((names[0]?.box.left ?? 0) + (names[0]?.box.right ?? 0)).toBeCloseTo(600)

    // The label of a node of the one is where the name of the other would be.
    const both = [...members(shop, 300, 100), ...members(bank, 310, 350)]
    const placed = [...placedLabels(frameOf(camera, size), sceneOf(both), measure).values()]
    const lines = placed.map(({ shows }) => shows.lines[0])
    expect(lines.filter((one) => one === 'shop' || one === 'bank').sort()).toEqual(['bank', 'shop'])
    for (const [at, one] of placed.entries())
      for (const other of placed.slice(at + 1)) expect(overlaps(one.box, other.box)).toBe(false)
  })

  it('is as bright as its brightest node', () => {
    const scene = sceneOf([
      [node('a', { group: shop }), { x: 300, y: 200 }],
      [node('b', { group: shop }), { x: 300, y: 300 }],
      [node('c', { group: bank }), { x: 700, y: 300 }],
    ])
    const frame = frameOf(camera, size, { isDimmed: true, nodeOpacity: (id) => (id === 'b' ? 1 : 0.15) })
    const shown = [...placedLabels(frame, scene, measure).values()].map(({ shows }) => shows)
    expect(shown.find(({ lines }) => lines[0] === 'shop')?.opacity).toBe(1)
    expect(shown.find(({ lines }) => lines[0] === 'bank')?.opacity).toBe(0.15)
  })
})

describe('from afar', () => {
  const others = Array.from({ length: 60 }, (_, i) => `n${i}`)
  const scene = sceneOf(
    [
      [node('hub'), { x: 2400, y: 2000 }],
      ...others.map((id, i): readonly [NodeSummary, Point] => [
        node(id),
        { x: 400 + 450 * (i % 10), y: 300 + 500 * Math.floor(i / 10) },
      ]),
    ],
    others.map((id) => edge('hub', id)),
  )
  const named = (of: typeof scene) => placedLabels(frameOf({ zoom: 0.2, x: 0, y: 0 }, size), of, measure)

  it('the busiest nodes alone have names', () => {
    const most = Math.round((size.width * size.height) / settings.label.landmarkArea)
    expect(named(scene).has('hub')).toBe(true)
    expect(named(scene).size).toBeGreaterThan(1)
    expect(named(scene).size).toBeLessThanOrEqual(most)
  })

  it('those that are a part of a hull have none, however busy they are, and take none from the others', () => {
    const nodes = scene.nodes.map((one) =>
      one.id === 'n0' ? one : { ...one, plain: true as const, weight: one.weight + 1 },
    )
    expect([...named({ ...scene, nodes }).keys()]).toEqual(['n0'])
  })
})

describe('the name of a hull', () => {
  const at = (id: string, x: number, y: number): readonly [NodeSummary, Point] => [
    node(id, { partOf: id.slice(0, -1) }),
    { x, y },
  ]
  /** Three side by side, around a point. */
  const row = (name: string, x: number, y: number) =>
    [-1, 0, 1].map((step) => at(`${name}${step + 1}`, x + 100 * step, y))
  const frame = frameOf({ zoom: 0.37, x: 0, y: 0 }, size)
  /** Names of the hulls, and whether each covers nodes. */
  const named = (placed: readonly (readonly [NodeSummary, Point])[]) => {
    const far = overviewOf(sceneOf(placed, []), settings)
    const spots = placedLabels(frame, far.scene, measure, { hulls: far.hulls, troubled: new Set() })
    return new Map(
      far.hulls.map(({ id, label }) => {
        const box = spots.get(id)?.box
        const covered = far.scene.nodes.filter((one) => {
          const middle = toScreen(frame.camera, one)
          const r = one.r * frame.camera.zoom
          const outline = {
            ...{ left: middle.x - r, right: middle.x + r },
            ...{ top: middle.y - r, bottom: middle.y + r },
          }
          return box && overlaps(outline, box)
        })
        return [label, { box, covered: covered.map((one) => one.id) }] as const
      }),
    )
  }

  it('is above its members, where it covers none', () => {
    const { box, covered } = named(row('shop', 1000, 800)).get('shop') ?? {}
    expect(covered).toEqual([])
    expect(box?.bottom).toBeLessThan(toScreen(frame.camera, { x: 0, y: 800 }).y)
  })

  it('is below them where members of another are above', () => {
    const names = named([...row('bank', 1000, 700), ...row('shop', 1000, 800)])
    expect([...names.values()].map(({ covered }) => covered)).toEqual([[], []])
    const middle = toScreen(frame.camera, { x: 0, y: 800 }).y
    expect(names.get('shop')?.box?.top).toBeGreaterThan(middle)
    expect(names.get('bank')?.box?.bottom).toBeLessThan(middle)
  })

  it('is in their middle where both are taken', () => {
    const names = named([...row('bank', 1000, 730), ...row('shop', 1000, 800), ...row('desk', 1000, 870)])
    expect([...names.values()].map(({ covered }) => covered)).toEqual([[], ['shop0', 'shop1', 'shop2'], []])
  })
})

describe('a label', () => {
  it('keeps out of the corner where buttons lie over the map', () => {
    const name = 'checkout-worker-1.eu-west'
    const scene = sceneOf([[node('a', { label: name }), { x: 920, y: 560 }]], [])
    const corner = { left: 1000 - 46, right: 1000, top: 700 - 186, bottom: 700 }
    const boxIn = (coveredCorner: { width: number; height: number } | undefined) => {
      const box = placedLabels(frameOf(camera, size, { coveredCorner }), scene, measure).get('a')?.box
      expect(box).toBeDefined()
      return box ?? corner
    }
    expect(overlaps(boxIn(undefined), corner)).toBe(true)
    expect(overlaps(boxIn({ width: 46, height: 186 }), corner)).toBe(false)
  })

  it('keeps left of them where they are beside a card', () => {
    const scene = sceneOf([[node('a', { label: 'checkout-worker-1.eu' }), { x: 520, y: 560 }]], [])
    const frame = frameOf(camera, size, { coveredRight: 400, coveredCorner: { width: 46, height: 186 } })
    const box = placedLabels(frame, scene, measure).get('a')?.box
    expect(box?.right).toBeLessThanOrEqual(600 - 46)
  })
})

describe('below what lies over the map, no label is', () => {
  const name = 'checkout-worker-1.eu-west'
  const minimap = { left: 700, right: 876, top: 400, bottom: 512 }
  const card = { left: 0, right: 1000, top: 500, bottom: 700 }
  /** Where the label of a node is, on a grid of places around and below what covers the map. */
  const labels = (more: Parameters<typeof frameOf>[2], covered: typeof minimap) => {
    const boxes = []
    for (let x = 20; x < 1000; x += 35)
      for (let y = 20; y < 700; y += 35) {
        const scene = sceneOf([[node('a', { label: name, labelMinor: 'alpha' }), { x, y }]], [])
        const isUnder = overlaps(covered, { left: x, right: x, top: y, bottom: y })
        boxes.push({ isUnder, box: placedLabels(frameOf(camera, size, more), scene, measure).get('a')?.box })
      }
    return boxes
  }

  it.each([
    ['a minimap', { minimap }, minimap],
    ['a card at the bottom', { coveredBottom: 200 }, card],
    ['a card at the right', { coveredRight: 400 }, { left: 600, right: 1000, top: 0, bottom: 700 }],
    [
      'buttons',
      { coveredCorner: { width: 46, height: 186 } },
      { left: 954, right: 1000, top: 514, bottom: 700 },
    ],
  ])('%s', (_, more, covered) => {
    const all = labels(more, covered)
    for (const { box } of all) if (box) expect(overlaps(box, covered)).toBe(false)
    // A node beside it has its label elsewhere.
    expect(all.filter(({ box, isUnder }) => !box && !isUnder)).toEqual([])
    expect(all.filter(({ box }) => box).length).toBeGreaterThan(100)
  })

  it('nor among the options, where there is another place', () => {
    const scene = sceneOf([[node('a', { label: name }), { x: 500, y: 560 }]], [])
    const bottomOf = (optionsTop: number) =>
      placedLabels(frameOf(camera, size, { optionsTop }), scene, measure).get('a')?.box.bottom ?? 0
    expect(bottomOf(0)).toBeGreaterThan(580)
    expect(bottomOf(110)).toBeLessThanOrEqual(590)
    expect(bottomOf(600)).toBeGreaterThan(580)
  })
})

describe('what of a node was found', () => {
  const reasons = ['Image: nginx:1.25', 'Command: nginx -g', 'and 2 more']
  const found = (scene: ReturnType<typeof sceneOf>, zoom = 1) => {
    const frame = frameOf({ ...camera, zoom }, size, {
      isDimmed: true,
      nodeOpacity: (id) => (id === 'b' ? 0.15 : 1),
      reasonsOf: (id) => (id === 'b' ? undefined : reasons),
    })
    return placedLabels(frame, scene, measure)
  }

  it('is told below its name and second line', () => {
    const scene = sceneOf([[node('a', { labelMinor: 'alpha' }), { x: 500, y: 300 }]], [])
    const label = found(scene).get('a')
    expect(label?.shows).toMatchObject({ lines: ['a'], minor: 'alpha', reasons })
    const plain = placedLabels(frameOf(camera, size), scene, measure).get('a')
    expect(plain?.shows.reasons).toBeUndefined()
    expect((label?.box.bottom ?? 0) - (plain?.box.bottom ?? 0)).toBeGreaterThan(3 * settings.label.minorSize)
  })

  it('takes only room that names leave, and covers no other label and no node that was found', () => {
    const at = (y: number) => ({ x: 500, y })
    const scene = sceneOf([
      [node('a'), at(200)],
      [node('b'), at(290)],
      [node('c'), at(360)],
      [node('d'), at(450)],
      [node('e'), at(600)],
    ])
    const placed = found(scene)
    expect([...placed.keys()].sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(placed.get('e')?.shows.reasons).toEqual(reasons)
    expect(placed.get('c')?.shows.reasons).toEqual([reasons[0]])
    const boxes = [...placed.values()].map(({ box }) => box)
    for (const [index, box] of boxes.entries())
      for (const other of boxes.slice(index + 1)) expect(overlaps(box, other)).toBe(false)
    for (const one of scene.nodes.filter(({ id }) => id !== 'b')) {
      const r = one.r - 1
      const outline = { left: one.x - r, right: one.x + r, top: one.y - r, bottom: one.y + r }
      for (const [id, { box }] of placed) if (id !== one.id) expect(overlaps(box, outline)).toBe(false)
    }
  })

  it('may cover nodes that are dimmed, but not their names', () => {
    const scene = sceneOf(
      [
        [node('a'), { x: 500, y: 200 }],
        [node('b', { label: 'x' }), { x: 500, y: 262 }],
      ],
      [],
    )
    const placed = found(scene)
    const label = placed.get('a')
    expect(label?.shows.reasons).toBeDefined()
    const faint = scene.nodeById.get('b') ?? { x: 0, y: 0, r: 0 }
    const { x, y, r } = faint
    expect(
      overlaps(label?.box ?? { left: 0, right: 0, top: 0, bottom: 0 }, {
        left: x - r,
        right: x + r,
        top: y - r,
        bottom: y + r,
      }),
    ).toBe(true)
    expect(placed.get('b') && label && overlaps(placed.get('b')?.box ?? label.box, label.box)).toBe(false)
  })

  it('is told where names are, and not from farther away', () => {
    const scene = sceneOf([[node('a'), { x: 500, y: 300 }]], [])
    expect(found(scene, settings.label.nameZoom).get('a')?.shows.reasons).toEqual(reasons)
    expect(found(scene, settings.label.nameZoom - 0.1).get('a')?.shows).toMatchObject({ lines: ['a'] })
    expect(found(scene, settings.label.nameZoom - 0.1).get('a')?.shows.reasons).toBeUndefined()
  })
})
