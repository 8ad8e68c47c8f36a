import { describe, expect, it } from 'vitest'
import { filterView } from '../../../src/topology/query/filter/filter-view.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { renderView } from '../../../src/topology/render.ts'
import { containerNode, held, pair, processNode, report } from '../../support/reports/reports.ts'
import { labels } from '../reading.ts'

/**
 * A pool holds 300 connections, one to each of 250 database workers and 50 to a cache; a client holds 300 to the cache on
 * one edge; a job holds 3 to workers, of which one failed.
 */
const workers = Array.from({ length: 250 }, (_, i) => 1000 + i)
const reports = [
  held(
    report({
      nodes: [
        processNode('alpha', 1, { name: 'pool', container: 'api' }),
        processNode('alpha', 2, { name: 'cache' }),
        processNode('alpha', 3, { name: 'client', container: 'api' }),
        processNode('alpha', 4, { name: 'job' }),
        containerNode('alpha', 'api'),
        ...workers.map((pid) => processNode('alpha', pid, { name: 'postgres' })),
      ],
      connections: [
        ...workers.map((pid) => pair('alpha;1', `alpha;${pid}`, 5432, { bytesSent: 10 })),
        pair('alpha;1', 'alpha;2', 6379, { open: 50, opened: 60, bytesSent: 7 }),
        pair('alpha;3', 'alpha;2', 6379, { open: 300, opened: 300 }),
        pair('alpha;4', 'alpha;1000', 5432, { open: 2, opened: 2, failed: 1 }),
        pair('alpha;4', 'alpha;1001', 5432, { open: 1, opened: 1 }),
        pair('alpha;4', 'alpha;4', 9999, { open: 4, opened: 4 }),
      ],
    }),
  ),
]
const processes = renderView('processes', { unconnected: 'show' }, reports)
const found = (text: string, view = processes) => {
  const shown = filterView(view, parseQuery(text), { text })
  return `${[...new Set(labels(shown))].sort().join(' ')} / ${shown.edges.size}`
}

describe('a term on what adds up selects edges with their ends, and nodes whose connections have it together', () => {
  it.each([
    ['open>=300', 'cache client pool / 1'],
    ['open>300', 'cache / 0'],
    ['open = 300', 'cache client pool / 1'],
    ['open>=351', ''],
    ['bytes>=2507', 'pool / 0'],
    ['sent:2500 to:postgres', 'pool / 0'],
    // the sum is over the connections that the other terms select
    ['open>=250 to:postgres', 'pool / 0'],
    ['open>=251 to:postgres', ''],
    ['open>=250 port:5432', 'pool / 0'],
    ['open>=300 to:cache', 'cache client / 1'],
    ['open>=350 to:cache', 'cache / 0'],
    ['open>=50 (to:cache or to:postgres) from:pool', 'cache pool / 1'],
    ['open>=300 (to:cache or to:postgres) from:pool', 'pool / 0'],
    ['open:3 to:postgres', 'job postgres / 0'],
    // several: each by its own sum
    ['open>=3 failed>0 to:postgres', 'job postgres / 0'],
    ['open>=300 failed>0', ''],
    // with terms on nodes, or, and not
    ['name:pool open>=300', 'pool / 0'],
    ['(open>=350 or failed>0) to:postgres', 'job postgres / 1'],
    ['open>=300 or failed>0', 'cache client job pool postgres / 2'],
    ['-open>=3 -name:postgres', ''],
    // a connection of a node with itself counts once
    ['open>=8', 'cache client pool / 2'],
    ['open:7', 'job / 0'],
  ])('%s', (query, expected) => expect(found(query)).toBe(expected === '' ? ' / 0' : expected))

  it('whatever a node stands for', () => {
    const containers = renderView('containers', { pseudo: 'show' }, reports)
    expect(found('open>=600', containers)).toBe('Uncontained api / 1')
    const grouped = renderView('processes', { unconnected: 'show', group: 'host' }, reports)
    expect(filterView(grouped, parseQuery('open>=300'), { text: '', ungrouped: processes }).nodes.size).toBe(
      1,
    )
  })

  it('asks an average or a name of each connection only', () => {
    expect(found('rtt>1h')).toBe(' / 0')
    expect(found('port>6000 from:pool')).toBe('cache pool / 1')
  })
})
