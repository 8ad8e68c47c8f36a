import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeSummary } from '../../../../src/api/types.ts'
import {
  barLooks,
  createBars,
  hasNetworks,
  membersOf,
  networksIn,
  networksOf,
  toggledNetworks,
} from '../../../../web/domain/graph/networks.ts'
import { edge, node } from '../../support/graph.ts'

const within = (id: string, ...networks: readonly string[]): NodeSummary =>
  node(id, {
    metadata: [{ id: 'docker_container_networks', label: 'Networks', value: networks.join(', ') }],
  })
const sorted = (names: readonly string[]) => [...new Set(names)].sort()
const key = ({ colour, pattern }: { readonly colour: number; readonly pattern: number }) =>
  `${colour}/${pattern}`

describe('the look of a network', () => {
  it('is one of its own as long as there are enough, and the first eight differ in colour', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 24 }), (names) => {
        const looks = [...barLooks(sorted(names)).values()]
        expect(new Set(looks.map(key)).size).toBe(names.length)
        if (names.length <= 8) expect(new Set(looks.map(({ colour }) => colour)).size).toBe(names.length)
      }),
    )
  })

  it('is that of a single network whatever else there is, when no other one wants the same', () => {
    const alone = barLooks(['shop_default']).get('shop_default')
    expect(barLooks(['bank_default', 'shop_default']).get('shop_default')).toEqual(alone)
  })

  it('is shared when there are more than can be told apart', () => {
    const names = Array.from({ length: 30 }, (_, i) => `network-${i}`).sort()
    const looks = [...barLooks(names).values()]
    expect(looks).toHaveLength(30)
    expect(new Set(looks.map(key)).size).toBe(24)
  })
})

describe('the networks of a map', () => {
  const nodes = [within('web', 'edge', 'shop'), within('db', 'shop'), node('internet')]

  it('are listed by name, with how many nodes are in each', () => {
    expect(networksIn(nodes).map(({ name, nodes }) => [name, nodes])).toEqual([
      ['edge', 1],
      ['shop', 2],
    ])
  })

  it('are there when a node is in one, or stands for containers, which may be', () => {
    const counted = [{ id: 'container', label: 'Containers', value: '3' }]
    expect(hasNetworks(nodes)).toBe(true)
    expect(hasNetworks([node('a', { stack: true, metadata: counted })])).toBe(true)
    expect(hasNetworks([node('a', { metadata: counted })])).toBe(false)
    expect(hasNetworks([node('internet')])).toBe(false)
  })

  it('have as members the nodes in them, with the edges between two of these', () => {
    const all = [...nodes, within('cache', 'other')]
    const graph = {
      nodes: new Map(all.map((one) => [one.id, one])),
      edges: new Map([edge('web', 'db'), edge('web', 'cache')].map((one) => [one.id, one])),
    }
    expect(membersOf('shop', graph)).toEqual({ nodes: new Set(['web', 'db']), edges: new Set(['web>db']) })
    expect(membersOf('sho', graph)).toBeUndefined()
  })

  it('are none of a node without a row', () => {
    expect(networksOf(node('internet'))).toEqual([])
  })
})

describe('the bars of a node', () => {
  it('are those of its first four networks, in their order, and the number of the others', () => {
    const many = within('hub', 'a', 'b', 'c', 'd', 'e', 'f')
    const networks = networksIn([many])
    const bars = createBars(networks)(many)
    expect(bars).toEqual({ looks: networks.slice(0, 4).map(({ look }) => look), more: 2 })
  })

  it('are the same object for all nodes with the same networks, and none for a node in none', () => {
    const barsOf = createBars(networksIn([within('a', 'shop')]))
    expect(barsOf(within('a', 'shop'))).toBe(barsOf(within('b', 'shop')))
    expect(barsOf(node('internet'))).toBeUndefined()
  })
})

it('networks are an option that is turned on and off', () => {
  const on = toggledNetworks({ stopped: 'both' })
  expect(on).toEqual({ stopped: 'both', networks: 'show' })
  expect(toggledNetworks(on)).toEqual({ stopped: 'both' })
})
