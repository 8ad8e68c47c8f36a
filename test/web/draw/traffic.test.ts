import { describe, expect, test } from 'vitest'
import type { Frame } from '../../../web/draw/frame.ts'
import { emptyScene, type SceneEdge } from '../../../web/draw/scene.ts'
import { movingEdges, movingOf } from '../../../web/draw/traffic.ts'
import { settings } from '../../../web/settings.ts'

const edge = (id: string, failing = false) => ({ id, failing })
const busy = [edge('web → redis'), edge('web → db'), edge('cron → db')]
const atDb = ({ id }: { readonly id: string }) => id.endsWith('db')
const ids = (edges: readonly { readonly id: string }[]) => edges.map(({ id }) => id)

describe('traffic moves', () => {
  test('on all edges, where there is room', () => {
    expect(movingOf(busy, atDb, 3)).toEqual(busy)
  })

  test('on those that are looked at, where there are many', () => {
    expect(ids(movingOf(busy, atDb, 2))).toEqual(['web → db', 'cron → db'])
  })

  test('on none, where there are many and none is looked at', () => {
    expect(movingOf(busy, () => false, 2)).toEqual([])
  })

  test('on those that fail, too, where there are many', () => {
    const failing = edge('web → mail', true)
    expect(ids(movingOf([...busy, failing], atDb, 2))).toEqual(['web → db', 'cron → db', 'web → mail'])
    expect(ids(movingOf([failing, ...busy], () => false, 2))).toEqual(['web → mail'])
  })

  test('on those that are looked at only, where very many fail', () => {
    const down = ['a → db', 'b → db', 'c → mail', 'd → mail', 'e → mail'].map((id) => edge(id, true))
    expect(ids(movingOf(down, atDb, 2))).toEqual(['a → db', 'b → db'])
    expect(movingOf(down, () => false, 2)).toEqual([])
  })
})

describe('dashes', () => {
  const node = (id: string) => ({ id }) as SceneEdge['source']
  const sceneEdge = (id: string, more: Partial<SceneEdge> = {}): SceneEdge => ({
    id,
    source: node(`${id} client`),
    target: node(`${id} server`),
    width: 1,
    failing: false,
    quiet: false,
    pace: 1,
    lighter: false,
    goneMs: undefined,
    curve: { x0: 0, y0: 0, cx: 50, cy: 0, x1: 100, y1: 0 },
    ...more,
  })
  const frame = (more: Partial<Frame> = {}) =>
    ({
      settings,
      reducedMotion: false,
      edgeOpacity: () => 1,
      visible: { left: -10, right: 200, top: -10, bottom: 10 },
      ...more,
    }) as unknown as Frame
  const moving = (edges: readonly SceneEdge[], more?: Partial<Frame>) =>
    ids(movingEdges(frame(more), { ...emptyScene, edges }))

  test('travel on busy edges, also on those that fail', () => {
    const edges = [
      sceneEdge('busy'),
      sceneEdge('fails', { failing: true }),
      sceneEdge('still', { pace: 0 }),
      sceneEdge('failed and is still', { pace: 0, failing: true }),
      sceneEdge('gone', { goneMs: 1 }),
    ]
    expect(moving(edges)).toEqual(['busy', 'fails'])
    expect(moving(edges, { reducedMotion: true })).toEqual([])
    expect(moving(edges, { edgeOpacity: (id) => (id === 'busy' ? 1 : 0.15) })).toEqual(['busy'])
  })
})
