import { describe, expect, it } from 'vitest'
import { renderView } from '../../../../src/topology/render.ts'
import { datedEdge } from '../../../../src/topology/view/view-edge.ts'
import { emptyGraph, type Graph } from '../../../../web/domain/graph/graph.ts'
import { foundTopics } from '../../../../web/domain/keys/help-topics.ts'
import { queryTopics } from '../../../../web/domain/keys/query-topics.ts'
import { createFinder } from '../../../../web/domain/search/finder.ts'
import { readQuery } from '../../../../web/domain/search/search.ts'
import { held } from '../../../support/reports/reports.ts'
import { shop } from '../../../topology/query/shop.ts'
import { graph, node } from '../../support/graph.ts'

const { find } = createFinder()
const everything = { stopped: 'both', system: 'all', pseudo: 'show', unconnected: 'show' }
const view = (id: string): Graph => {
  const { nodes, edges } = renderView(id, everything, [held(shop())])
  return { nodes, edges: new Map(Array.from(edges, ([key, edge]) => [key, datedEdge(edge)])) }
}
const linesOf = (id: string, title: string) =>
  queryTopics(view(id)).find((topic) => topic.title === title)?.lines ?? []
const keysOf = (id: string, title: string) => linesOf(id, title).map(({ keys: [key] }) => key)

describe('the help tells of a view', () => {
  it('the fields that its nodes have, each with the value that most of them have', () => {
    const lines = linesOf('containers', 'Fields in this view')
    const told = Object.fromEntries(lines.map(({ keys: [key], does }) => [key, does]))
    expect(told['image:']).toMatch(/^image, with or without tag; here: shop\/cart$/)
    expect(told['state:']).toContain('here: running')
    expect(Object.keys(told)).toEqual(
      expect.arrayContaining(['name:', 'host:', 'cpu>', 'mem>', 'used:', 'is:']),
    )
  })

  it('none that its nodes lack', () => {
    expect(keysOf('containers', 'Fields in this view')).not.toContain('pid>')
    expect(keysOf('processes', 'Fields in this view')).toContain('pid>')
    expect(keysOf('processes', 'Fields in this view')).not.toContain('restarts>')
    expect(queryTopics(emptyGraph).flatMap(({ title }) => title)).toEqual(['Fields in this view'])
    expect(queryTopics(graph('a')).map(({ title }) => title)).not.toContain('Fields of connections')
  })

  it('labels, the most frequent first', () => {
    const [first, ...more] = linesOf('containers', 'Labels in this view')
    expect(first).toEqual({ keys: ['label.com.docker.compose.project:'], does: 'here: shop' })
    expect(more.map(({ keys }) => keys[0])).toContain('label.tier:')
  })

  it('metrics that are no fields, by names that queries know', () => {
    const metric = (id: string, label: string) =>
      ({
        id,
        label,
        format: 'number',
        value: 5,
        min: 0,
        max: 9,
        priority: 1,
        samples: null,
        url: '',
      }) as const
    const metrics = [metric('x_rx', 'Network in'), metric('x_cpu', 'CPU')]
    const busy = { nodes: new Map([['a', node('a', { metrics })]]), edges: new Map() }
    const topic = queryTopics(busy).find(({ title }) => title === 'Metrics in this view')
    expect(topic?.lines).toEqual([{ keys: ['network_in>'], does: 'Network in' }])
    const query = readQuery('network_in>4')
    expect(query.kind === 'query' && [...find(busy, query.query).nodes]).toEqual(['a'])
  })

  it.each(['containers', 'processes', 'hosts'])('only what a query finds there: %s', (id) => {
    const shown = view(id)
    const told = queryTopics(shown)
      .filter(({ title }) => title !== 'Fields of connections')
      .flatMap(({ lines }) => lines.flatMap(({ keys }) => keys))
      .filter((key) => !['is:', 'external:'].includes(key))
    expect(told.length).toBeGreaterThan(3)
    const lost = told.filter((key) => {
      const query = readQuery(key.endsWith('>') ? `${key}=0` : `${key}*`)
      return query.kind !== 'query' || find(shown, query.query).nodes.size === 0
    })
    expect(lost.filter((key) => !['used:', 'reachable:', 'verified:'].includes(key))).toEqual([])
  })

  it('what its search finds', () => {
    const found = foundTopics(queryTopics(view('containers')), 'postgres tag')
    expect(found).toEqual([])
    expect(foundTopics(queryTopics(view('containers')), 'label tier')[0]?.lines[0]?.keys).toEqual([
      'label.tier:',
    ])
  })
})
