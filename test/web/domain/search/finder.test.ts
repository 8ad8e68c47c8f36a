import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../../../src/topology/query/language/parse.ts'
import { createFinder } from '../../../../web/domain/search/finder.ts'
import { edge, graph, node } from '../../support/graph.ts'

const shop = {
  nodes: new Map(
    [
      node('1', {
        label: 'shop-redis',
        labelMinor: 'alpha',
        metadata: [{ id: 'image', label: 'Image', value: 'redis:7' }],
      }),
      node('2', {
        label: 'shop-web',
        state: 'paused',
        parents: [{ id: 'h', label: 'alpha', topologyId: 'hosts' }],
      }),
      node('3', {
        label: 'cron',
        tables: [
          {
            id: 'docker_label_',
            label: 'Labels',
            type: 'property-list',
            columns: [],
            rows: [{ id: 'r', entries: { label: 'team', value: 'Payments' } }],
          },
        ],
      }),
    ].map((one) => [one.id, one]),
  ),
  edges: new Map([
    ['slow', edge('2', '1', { id: 'slow', rttUs: 90_000 })],
    ['quick', edge('1', '2', { id: 'quick', rttUs: 90 })],
  ]),
}
const finder = createFinder()

describe('a finder', () => {
  it.each([
    ['shop', ['1', '2']],
    ['SHOP redis', ['1']],
    ['redis:7', ['1']],
    ['paused', ['2']],
    ['alpha', ['1', '2']],
    ['payments', ['3']],
    ['label.team:pay', ['3']],
    ['nobody', []],
  ])('%s finds %j', (text, ids) => expect([...finder.find(shop, parseQuery(text)).nodes]).toEqual(ids))

  it('finds the edges that are meant, and those between nodes that are', () => {
    expect([...finder.find(shop, parseQuery('rtt>20ms')).edges]).toEqual(['slow'])
    expect([...finder.find(shop, parseQuery('shop')).edges]).toEqual(['slow', 'quick'])
    expect(finder.find(graph('a>b'), parseQuery('name=a')).edges.size).toBe(0)
  })

  it('tells what of nodes was found, and completes with what a graph holds', () => {
    const reasons = finder.reasons(shop.nodes.values(), parseQuery('payments'), [])
    expect([...reasons]).toEqual([['3', ['team=Payments']]])
    expect(finder.complete(shop, 'shop-r', 6).items.map(({ text }) => text)).toEqual(['shop-redis'])
  })
})
