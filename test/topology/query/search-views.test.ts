import { describe, expect, it } from 'vitest'
import type { NodeSummary } from '../../../src/api/types.ts'
import { facts } from '../../../src/report/facts.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { explain, reasonsOf } from '../../../src/topology/query/offer/explain.ts'
import { searchViews } from '../../../src/topology/query/offer/search-views.ts'
import { renderView } from '../../../src/topology/render.ts'
import { held } from '../../support/reports/reports.ts'
import { shop } from './shop.ts'

const options = { stopped: 'both', system: 'all', pseudo: 'show', unconnected: 'show' }
const reports = [held(shop())]
const views = ['containers', 'processes', 'hosts'].map((id) => ({
  id,
  name: id,
  view: renderView(id, options, reports),
}))
const search = (text: string, limit = 10) => searchViews(parseQuery(text), text, views, limit)
const node = (label: string): NodeSummary => {
  const found = [...(views[0]?.view.nodes.values() ?? [])].find((one) => one.label === label)
  if (found === undefined) throw new Error(`no node ${label}`)
  return found
}
const never = () => {
  throw new Error('no metrics')
}
const marked = (query: string, label: string): string => {
  const { field, text, ranges } = explain(parseQuery(query), node(label))
  let out = ''
  let at = 0
  for (const { from, to } of ranges) {
    out += `${text.slice(at, from)}[${text.slice(from, to)}]`
    at = to
  }
  return `${field}: ${out}${text.slice(at)}`
}

describe('searchViews', () => {
  it('counts in every view and names the best first', () => {
    const { views: counts, matches, query } = search('cart')
    expect(query).toBe('cart')
    expect(counts).toEqual([
      { id: 'containers', name: 'containers', matched: 2, total: 8 },
      { id: 'processes', name: 'processes', matched: 1, total: expect.any(Number) },
      { id: 'hosts', name: 'hosts', matched: 0, total: expect.any(Number) },
    ])
    expect(matches.map(({ view, label, field }) => `${view} ${label} ${field}`)).toEqual([
      'containers cart name',
      'containers job image',
      'processes cart name',
    ])
    expect(matches[0]?.ranges).toEqual([{ from: 0, to: 4 }])
  })

  it('gives no more than it may', () => {
    const { views: counts, matches } = search('kind:container or kind:process', 2)
    expect(counts.map(({ matched }) => matched)).toEqual([6, 4, 0])
    expect(matches).toHaveLength(4)
  })
})

describe('reasonsOf', () => {
  const withRows = (...rows: readonly (readonly [string, string])[]): NodeSummary => ({
    ...node('cart'),
    tables: [],
    metadata: rows.map(([label, value]) => ({ id: label.toLowerCase(), label, value })),
  })
  const told = (query: string, of: NodeSummary) => {
    const { told, more } = reasonsOf(parseQuery(query), of)
    return [...told.map(({ label, text }) => `${label}: ${text}`), ...(more > 0 ? [`and ${more} more`] : [])]
  }

  it('are all fields that match, and of more than three the first two and how many others', () => {
    const of = withRows(['Command', 'run --in blue'], ['User', 'blue'], ['Directory', '/srv/blue'])
    expect(told('blue', of)).toEqual(['Command: run --in blue', 'User: blue', 'Directory: /srv/blue'])
    expect(told('cart', of)[0]).toBe('Name: cart')
    const more = withRows(...[1, 2, 3, 4].map((at) => [`Row ${at}`, `blue ${at}`] as const))
    expect(told('blue', more)).toEqual(['Row 1: blue 1', 'Row 2: blue 2', 'and 2 more'])
  })

  it('are those of each term', () => {
    expect(told('run user:blue', withRows(['Command', 'run it'], ['User', 'blue']))).toEqual([
      'Command: run it',
      'User: blue',
    ])
  })

  it('say nothing twice, and the id only when nothing else matches', () => {
    const of = withRows(['Image', 'shop/green'], ['Image', 'shop/green:1.2'], ['Name', 'SHOP/green'])
    expect(told('green', { ...of, id: 'green;<container>', parents: [] })).toEqual(['Image: shop/green'])
    expect(told('odd', { ...withRows(), id: 'odd;<container>' })).toEqual(['ID: odd;<container>'])
  })

  it('are none where a node is found by its connections', () =>
    expect(told('to:db', node('cart'))).toEqual([]))

  it('have the number that was asked for, of several', () => {
    const value = '0.0.0.0:443, 0.0.0.0:80, 0.0.0.0:8080'
    const metadata = [{ id: facts.listeningAddresses, label: 'Listening on', value }]
    const of = { ...withRows(), metadata }
    expect(told('port:80', of)).toEqual(['Port: 80'])
    expect(told('port>1024', of)).toEqual(['Port: 8080'])
  })

  it('have no number of a node where its connections were asked for', () => {
    const metrics = [{ ...(node('cart').metrics?.[0] ?? never()), id: 'network_rx', label: 'Received' }]
    expect(
      told('received>1', { ...node('cart'), metrics: metrics.map((one) => ({ ...one, value: 20_000 })) }),
    ).toEqual([])
  })

  it('are in what a search finds', () => {
    const [first] = search('shop').matches.filter(({ label }) => label === 'shop-db')
    const { told, more } = reasonsOf(parseQuery('shop'), node('shop-db'))
    expect(first).toMatchObject({ field: told[0]?.field, text: told[0]?.text })
    expect((first?.also ?? []).map(({ text }) => text)).toEqual(told.slice(1).map(({ text }) => text))
    expect(first?.more ?? 0).toBe(more)
  })

  it('leave out the second line where the name stands beside it', () => {
    const [process] = search('cart').matches.filter(({ view }) => view === 'processes')
    expect(process).toMatchObject({ field: 'name', labelMinor: expect.stringContaining('cart') })
    expect(process?.also?.map(({ field }) => field)).not.toContain('details')
  })
})

describe('explain', () => {
  it.each([
    ['web', 'web', 'name: [web]'],
    ['WEB', 'web', 'name: [web]'],
    ['nginx:1', 'web', 'image: [nginx:1].25'],
    ['front', 'web', 'label.tier: tier=[front]'],
    ['label.tier:fr', 'web', 'label.tier: [fr]ont'],
    ['image:*cart*2', 'cart', 'image: shop/[cart]:1.[2]'],
    ['-cart web', 'web', 'name: [web]'],
    ['restarts>1', 'cart', 'restarts: 3'],
    ['to:db', 'cart', 'name: cart'],
    ['is:paused', 'cache', 'name: cache'],
    ['ip:172.17.0.0/16', 'web', 'ip: 172.17.0.2'],
    ['docker_container_restart_count:3', 'cart', 'docker_container_restart_count: [3]'],
  ])('%s of %s: %s', (query, label, expected) => expect(marked(query, label)).toBe(expected))

  it('cuts a long text around what was found', () => {
    const long = {
      ...node('cart'),
      metadata: [{ id: 'cmdline', label: 'Command', value: `${'x'.repeat(500)}needle${'y'.repeat(500)}` }],
    }
    const { text, ranges } = explain(parseQuery('needle'), long)
    expect(text.length).toBeLessThan(170)
    expect(ranges.map(({ from, to }) => text.slice(from, to))).toEqual(['needle'])
  })

  it('marks all of a text whose letters change their length with their case', () => {
    expect(explain(parseQuery('bul'), { ...node('cart'), label: 'İstanbul' })).toMatchObject({
      text: 'İstanbul',
      ranges: [{ from: 0, to: 8 }],
    })
  })
})
