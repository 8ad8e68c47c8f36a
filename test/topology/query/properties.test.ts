import fc from 'fast-check'
import { expect, it } from 'vitest'
import { filterView } from '../../../src/topology/query/filter/filter-view.ts'
import { allOf, anyOf, type Query } from '../../../src/topology/query/language/ast.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { compileQuery } from '../../../src/topology/query/match/compile.ts'
import { graphOf } from '../../../src/topology/query/match/graph.ts'
import { explain } from '../../../src/topology/query/offer/explain.ts'
import { renderView } from '../../../src/topology/render.ts'
import { held } from '../../support/reports/reports.ts'
import { queries } from './arbitrary-query.ts'
import { shop } from './shop.ts'

const everything = { stopped: 'both', system: 'all', pseudo: 'show', unconnected: 'show' }
const view = renderView('containers', everything, [held(shop())])

/** Arbitrary ones seldom find anything; these do. */
const likely = fc
  .constantFrom(
    'cart',
    'image:nginx',
    'cpu>1',
    'port:5432',
    'to:db',
    'failed>0',
    'is:pseudo',
    'ip:172.16.0.0/12',
    'name=*',
  )
  .map(parseQuery)
const some: fc.Arbitrary<Query> = fc.oneof(queries, likely)

const selected = (query: Query): ReadonlySet<string> => {
  const { node } = compileQuery(query).select(graphOf(view))
  return new Set([...view.nodes.values()].filter(node).map(({ id }) => id))
}

it('leaves a graph of which every edge has its ends, and every node its targets', () => {
  fc.assert(
    fc.property(some, some, (a, b) => {
      const shown = filterView(view, anyOf([a, b]), { text: '' })
      const targets = [...shown.edges.values()].map(({ source, target }) => `${source} ${target}`).sort()
      const adjacent = [...shown.nodes.values()]
        .flatMap(({ id, adjacency = [] }) => adjacency.map((target) => `${id} ${target}`))
        .sort()
      expect(adjacent).toEqual(targets)
      for (const { source, target } of shown.edges.values())
        expect(shown.nodes.has(source) && shown.nodes.has(target)).toBe(true)
      expect(shown.query.matched + shown.query.hidden).toBe(view.nodes.size)
    }),
    { numRuns: 500 },
  )
})

it('selects by or what either selects, by and no more than each, by not the rest', () => {
  fc.assert(
    fc.property(some, some, (a, b) => {
      expect(selected(anyOf([a, b]))).toEqual(new Set([...selected(a), ...selected(b)]))
      for (const id of selected(allOf([a, b]))) expect(selected(a).has(id) && selected(b).has(id)).toBe(true)
      const rest = [...view.nodes.keys()].filter((id) => !selected(a).has(id))
      expect(selected({ kind: 'not', query: a })).toEqual(new Set(rest))
    }),
    { numRuns: 500 },
  )
})

it('explains with ranges that are in the text', () => {
  fc.assert(
    fc.property(some, (query) => {
      for (const node of view.nodes.values()) {
        const { text, ranges } = explain(query, node)
        let at = 0
        for (const { from, to } of ranges) {
          expect(from).toBeGreaterThanOrEqual(at)
          expect(to).toBeGreaterThan(from)
          expect(to).toBeLessThanOrEqual(text.length)
          at = to
        }
      }
    }),
    { numRuns: 300 },
  )
})
