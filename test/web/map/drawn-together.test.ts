import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drawnEdge, drawnNode, plainEdge } from '../../../web/domain/graph/drawn-graph.ts'
import { drawEdges } from '../../../web/draw/edges.ts'
import type { Frame } from '../../../web/draw/frame.ts'
import { drawNodes } from '../../../web/draw/nodes.ts'
import type { Tokens } from '../../../web/draw/tokens.ts'
import { buildScene } from '../../../web/map/build-scene.ts'
import { noTraces } from '../../../web/map/renderer/protocol.ts'
import { settings } from '../../../web/settings.ts'
import { fakeCanvas, fakePath } from '../support/canvas.ts'
import { frameOf } from '../support/frame.ts'
import { edge, node } from '../support/graph.ts'

const size = 150
const ids = Array.from({ length: size }, (_, at) => `n${at}`)
const failing = 'n0>n1'

/** A chain of nodes, of which one edge fails. */
const scene = buildScene(
  {
    graph: {
      nodes: new Map(ids.map((id) => [id, drawnNode(node(id, { rank: 'same' }), undefined)])),
      edges: new Map(
        ids.slice(1).map((id, at) => {
          const one = edge(`n${at}`, id)
          return [
            one.id,
            drawnEdge(one, { ...plainEdge, failedLately: one.id === failing }, settings),
          ] as const
        }),
      ),
    },
    traces: noTraces,
    pinned: new Map(),
    places: new Map(ids.map((id, at) => [id, { x: 100 * at, y: 0 }])),
  },
  settings,
)

const drawn = (draw: (frame: Frame) => void, more: Partial<Frame> = {}) => {
  const { ctx, called } = fakeCanvas()
  const tokens = { bg: '', edge: '', fail: '', text: '', text2: '', groups: [] } as unknown as Tokens
  draw({
    paths: { create: () => new Path2D(), glyph: () => new Path2D() },
    ...{ ctx, tokens, settings, camera: { zoom: 0.1, x: 0, y: 0 }, nowMs: 0, coveredRight: 0 },
    ...{ coveredCorner: undefined, coveredBottom: 0, optionsTop: 0, minimap: undefined },
    ...{ marks: undefined, reducedMotion: false, isDimmed: false, size: { width: 1000, height: 700 } },
    visible: { left: -1000, right: 100 * size, top: -1000, bottom: 1000 },
    nodeOpacity: () => 1,
    edgeOpacity: () => 1,
    reasonsOf: () => undefined,
    ...{ hoveredNode: undefined, hoveredEdge: undefined, selectedNode: undefined, selectedEdge: undefined },
    ...more,
  })
  return (call: string) => called.filter((one) => one === call).length
}

beforeEach(() => {
  vi.stubGlobal('Path2D', fakePath)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

describe('edges', () => {
  it('that look alike are drawn together, all of them, and one that fails by itself, with its gap', () => {
    const calls = drawn((frame) => drawEdges(frame, scene))
    expect(calls('quadraticCurveTo')).toBe(size - 1)
    expect(calls('stroke')).toBeLessThan(size / 10)
    const noneFails = drawn((frame) => drawEdges(frame, { ...scene, edges: scene.edges.slice(1) }))
    expect(calls('stroke') - noneFails('stroke')).toBe(2)
  })

  it('that fail in part are red for their share, from the gap on, and else as they are', () => {
    const [failing, ...others] = scene.edges.filter((one) => one.failing)
    expect(others).toEqual([])
    const colours = (failingShare: number | undefined) => {
      const drawn: { colour: unknown; from: number; to: number }[] = []
      const { ctx } = fakeCanvas()
      let from = 0
      Object.assign(ctx, {
        moveTo: (x: number) => {
          from = x
        },
        quadraticCurveTo: (_cx: number, _cy: number, to: number) =>
          drawn.push({ colour: ctx.strokeStyle, from, to }),
      })
      const tokens = {
        bg: '',
        edge: 'grey',
        fail: 'red',
        text: '',
        text2: '',
        groups: [],
      } as unknown as Tokens
      const edges = failing ? [{ ...failing, failingShare }] : []
      drawEdges(frameOf({ zoom: 1, x: 50, y: 300 }, { width: 20_000, height: 700 }, { ctx, tokens }), {
        ...scene,
        edges,
      })
      return drawn
    }
    const [whole] = colours(undefined)
    expect(colours(undefined)).toEqual([{ ...whole, colour: 'red' }])
    const [plain, red, ...more] = colours(0.25)
    expect([plain?.colour, red?.colour, more]).toEqual(['grey', 'red', []])
    const [from, to] = [whole?.from ?? 0, whole?.to ?? 0]
    expect(plain).toMatchObject({ from, to: red?.from })
    expect(red?.to).toBeCloseTo(to)
    expect(((red?.to ?? 0) - (red?.from ?? 0)) / (to - from)).toBeCloseTo(0.25, 1)
  })

  it('that are looked at are drawn by themselves, with arrow heads', () => {
    const calls = drawn((frame) => drawEdges(frame, scene), { hoveredNode: 'n7' })
    expect(calls('fill')).toBe(2)
    expect(calls('quadraticCurveTo')).toBe(size - 1)
  })

  it('that are off the screen are not drawn', () => {
    const visible = { left: -50, right: 250, top: -1000, bottom: 1000 }
    expect(drawn((frame) => drawEdges(frame, scene), { visible })('quadraticCurveTo')).toBe(3)
  })
})

describe('what is gone', () => {
  it('is dashed, and never beyond its time', () => {
    const isGone = (goneMs: number) => ({
      ...scene,
      edges: scene.edges.slice(0, 1).map((one) => ({ ...one, failing: false, goneMs })),
      nodes: scene.nodes.slice(0, 1).map((one) => ({ ...one, goneMs })),
    })
    for (const reducedMotion of [false, true])
      for (const draw of [drawEdges, drawNodes]) {
        const dashesOf = (goneMs: number) => {
          const { ctx, called } = fakeCanvas()
          const dashes: unknown[] = []
          ctx.setLineDash = (lengths) => dashes.push([...lengths].length)
          drawn((frame) => draw({ ...frame, ctx }, isGone(goneMs)), { reducedMotion, nowMs: 20_000 })
          return { dashes, strokes: called.filter((one) => one === 'stroke').length }
        }
        expect(dashesOf(15_000)).toMatchObject({ dashes: [2, 0], strokes: 1 })
        expect(dashesOf(9_000).strokes).toBe(0)
      }
  })
})

describe('nodes', () => {
  it('that are small and of one colour are drawn together', () => {
    expect(drawn((frame) => drawNodes(frame, scene))('stroke')).toBeLessThan(size / 10)
  })

  it('that are large, or looked at, are drawn one by one', () => {
    const large = drawn((frame) => drawNodes(frame, scene), { camera: { zoom: 1, x: 0, y: 0 } })
    expect(large('stroke')).toBeGreaterThanOrEqual(size)
    const one = (more: Partial<Frame>) => drawn((frame) => drawNodes(frame, scene), more)('stroke')
    expect(one({ selectedNode: 'n3' })).toBe(one({}) + 1)
  })
})
