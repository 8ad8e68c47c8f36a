import { describe, expect, it } from 'vitest'
import {
  type Near,
  narrowedTo,
  nearWords,
  stepAlong,
  toggledNear,
  type Walk,
  walkOn,
  withinHops,
} from '../../../../web/domain/graph/near.ts'
import { noPresence, type Presence } from '../../../../web/domain/node/presence.ts'
import type { Direction } from '../../../../web/domain/search/step-to.ts'
import { graph } from '../../support/graph.ts'

// web and shop ask api; api asks db, cache and itself; db asks disk.
const edges = [
  { source: 'web', target: 'api' },
  { source: 'shop', target: 'api' },
  { source: 'api', target: 'db' },
  { source: 'api', target: 'cache' },
  { source: 'api', target: 'api' },
  { source: 'db', target: 'disk' },
]

describe('withinHops', () => {
  it.each([
    ['db', 0, ['db']],
    ['db', 1, ['api', 'db', 'disk']],
    ['db', 2, ['api', 'cache', 'db', 'disk', 'shop', 'web']],
    ['alone', 2, ['alone']],
  ] as const)('%s, %i', (from, hops, near) => expect([...withinHops(edges, from, hops)].sort()).toEqual(near))
})

const near = (id: string, more: Partial<Near> = {}): Near => ({
  view: 'hosts',
  id,
  hops: 1,
  ...more,
})
const content = { view: 'hosts', graph: graph('web>api', 'api>db', 'db>disk'), presence: noPresence }
/** Those named by edges such as `a>b` are gone with these edges. */
const gone = (...edges: readonly string[]): Presence => {
  const was = graph(...edges)
  const goneNodes = [...was.nodes.values()].filter(({ id }) => !content.graph.nodes.has(id))
  return {
    ...noPresence,
    goneNodes: new Map(goneNodes.map((one) => [one.id, { node: one, atMs: 0 }])),
    goneEdges: new Map([...was.edges.values()].map((one) => [one.id, { edge: one, atMs: 0 }])),
  }
}

describe('narrowedTo', () => {
  it.each<[string, Near | undefined, readonly string[]]>([
    ['what is near a node', near('db'), ['api', 'db', 'disk']],
    ['what is two steps from it', near('disk', { hops: 2 }), ['api', 'db', 'disk']],
    ['all without a node', undefined, ['api', 'db', 'disk', 'web']],
    ['all of another view', near('db', { view: 'pods' }), ['api', 'db', 'disk', 'web']],
    ['all when the node has gone', near('cache'), ['api', 'db', 'disk', 'web']],
  ])('shows %s', (_, only, shown) =>
    expect([...narrowedTo(only, content).graph.nodes.keys()].sort()).toEqual(shown),
  )
  it('keeps the edges between what is left', () =>
    expect([...narrowedTo(near('web'), content).graph.edges.keys()]).toEqual(['web>api']))
  it.each<[string, Near, Presence, readonly string[], readonly string[]]>([
    ['was shown', near('db'), gone('db>cache'), ['cache'], ['db>cache']],
    ['was shown as a client', near('db'), gone('shop>db'), ['shop'], ['shop>db']],
    ['was elsewhere', near('db'), gone('web>cdn', 'lonely'), [], []],
    ['was too far away', near('db'), gone('disk>vault', 'api>cdn'), [], []],
    ['was two steps away', near('db', { hops: 2 }), gone('api>cdn', 'web>far'), ['cdn'], ['api>cdn']],
    [
      'was behind another',
      near('db', { hops: 2 }),
      gone('db>cache', 'cache>store', 'store>far'),
      ['cache', 'store'],
      ['cache>store', 'db>cache'],
    ],
    ['had an edge to what is not shown', near('db'), gone('db>cache', 'web>cache'), ['cache'], ['db>cache']],
    ['was an edge between nodes that stay', near('db'), gone('api>disk', 'web>disk'), [], ['api>disk']],
  ])('has of what is gone only what %s', (_, only, presence, nodes, edges) => {
    const shown = narrowedTo(only, { ...content, presence }).presence
    expect([...shown.goneNodes.keys()].sort()).toEqual(nodes)
    expect([...shown.goneEdges.keys()].sort()).toEqual(edges)
  })
  it('is the same object when nothing is left out', () =>
    expect(narrowedTo(undefined, content)).toBe(content))
})

describe('toggledNear', () => {
  it.each<[string, Near | undefined, string | undefined, 1 | 2, Near | undefined]>([
    ['takes the chosen node', undefined, 'db', 1, near('db')],
    ['takes more steps', near('db'), 'db', 2, near('db', { hops: 2 })],
    ['shows all again', near('db'), 'db', 1, undefined],
    ['shows all again without a card', near('db'), undefined, 1, undefined],
    ['shows all again when the chosen node is not on the map', near('db'), 'gone', 1, undefined],
    ['goes to another node', near('db'), 'web', 1, near('web')],
    ['takes the node in this view, too', near('db', { view: 'pods' }), 'db', 1, near('db')],
    ['does nothing without a node', undefined, undefined, 1, undefined],
    ['keeps what the view lacks', near('gone'), undefined, 1, near('gone')],
  ])('%s', (_, before, chosen, hops, after) =>
    expect(toggledNear(before, content, chosen, hops)).toEqual(after),
  )
})

describe('nearWords', () => {
  const shown = { ...content, loaded: true }
  it.each<[string, Near | undefined, string | undefined]>([
    ['one step', near('db'), 'one step from db'],
    ['two steps', near('db', { hops: 2 }), 'two steps from db'],
    ['nothing when all is shown', undefined, undefined],
    ['nothing in another view', near('db', { view: 'pods' }), undefined],
    ['that the node is away', near('cache'), 'the node in focus is not on the map: nothing is left out'],
  ])('say %s', (_, only, text) => expect(nearWords(only, shown)?.text).toBe(text))
  it('do not say that a node is away before the view is there', () =>
    expect(nearWords(near('cache'), { ...shown, loaded: false })).toBeUndefined())
})

describe('stepAlong', () => {
  const order = (a: string, b: string) => a.localeCompare(b)
  const walk = (from: string, directions: string) => {
    let now: Walk | undefined = { at: from }
    for (const letter of directions) {
      const direction = ({ l: 'left', r: 'right', u: 'up', d: 'down' } as const)[letter] ?? 'up'
      now = now && stepAlong(edges, now, direction, order)
    }
    return now?.at
  }
  it.each([
    ['to the first client', 'api', 'l', 'shop'],
    ['to the first server', 'api', 'r', 'cache'],
    ['among the servers', 'api', 'rd', 'db'],
    ['not beyond the last one', 'api', 'rdd', undefined],
    ['among the clients and back', 'api', 'ldu', 'shop'],
    ['on from a server', 'api', 'rdr', 'disk'],
    ['back to where one came from', 'web', 'rl', 'web'],
    ['nowhere without a client', 'web', 'l', undefined],
    ['not up before the first step', 'api', 'u', undefined],
  ])('goes %s', (_, from, directions, to) => expect(walk(from, directions)).toBe(to))
})

describe('walkOn', () => {
  // api asks four; the edges to two of them are drawn only while one of their ends is looked at.
  const map = graph('api>a', 'api>b', 'api>c', 'api>d', 'c>far')
  const lighter = new Set(['api>b', 'api>d', 'c>far'])
  const order = (a: string, b: string) => a.localeCompare(b)
  const from = { id: 'api', side: 'servers' } as const
  type Case = {
    readonly before?: Walk
    readonly selected?: string
    readonly pointed?: string
    readonly direction: Direction
    readonly to: Walk | undefined
  }
  it.each<[string, Case]>([
    [
      'goes to a neighbour of the selected node',
      { selected: 'api', direction: 'right', to: { at: 'a', from } },
    ],
    [
      'goes also when that is pointed at',
      { selected: 'api', pointed: 'api', direction: 'right', to: { at: 'a', from } },
    ],
    [
      'goes nowhere when another is pointed at',
      { selected: 'api', pointed: 'c', direction: 'right', to: undefined },
    ],
    ['goes nowhere while none is selected', { direction: 'right', to: undefined }],
    ['goes nowhere from one that is only pointed at', { pointed: 'api', direction: 'right', to: undefined }],
    ['goes nowhere from one that is not on the map', { selected: 'gone', direction: 'right', to: undefined }],
    ['goes nowhere where nobody is', { selected: 'api', direction: 'left', to: undefined }],
    [
      'goes on among those that were drawn where one came from',
      { before: { at: 'a', from }, selected: 'a', direction: 'down', to: { at: 'b', from } },
    ],
    [
      'goes along edges that are drawn since one is there',
      {
        before: { at: 'c', from },
        selected: 'c',
        direction: 'right',
        to: { at: 'far', from: { id: 'c', side: 'servers' } },
      },
    ],
    [
      'forgets where one came from when another node was selected since',
      { before: { at: 'a', from }, selected: 'c', direction: 'down', to: undefined },
    ],
    [
      'goes back to where one came from',
      {
        before: { at: 'd', from },
        selected: 'd',
        direction: 'left',
        to: { at: 'api', from: { id: 'd', side: 'clients' } },
      },
    ],
  ])('%s', (_, { before, selected, pointed, direction, to }) =>
    expect(walkOn(before, map, lighter, selected, pointed, direction, order)).toEqual(to),
  )
})
