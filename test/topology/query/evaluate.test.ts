import { describe, expect, it } from 'vitest'
import type { NodeSummary } from '../../../src/api/types.ts'
import { filterView } from '../../../src/topology/query/filter/filter-view.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { renderView, type View } from '../../../src/topology/render.ts'
import type { ViewEdge } from '../../../src/topology/view/view-edge.ts'
import { held } from '../../support/reports/reports.ts'
import { edgesInWords, labels } from '../reading.ts'
import { shop } from './shop.ts'

const everything = { stopped: 'both', system: 'all', pseudo: 'show', unconnected: 'show' }
const reports = [held(shop())]
const containers = renderView('containers', everything, reports)
const processes = renderView('processes', everything, reports)
const hosts = renderView('hosts', everything, reports)
const images = renderView('containers-by-image', everything, reports)

const filtered = (text: string, view = containers) => filterView(view, parseQuery(text), { text })
const names = (view: View) =>
  labels(view)
    .map((label) => label.replace('The Internet', 'internet'))
    .sort()
    .join(' ')
const found = (text: string, view = containers) => names(filtered(text, view))
const all = '10.9.8.7 cache cart internet job shop-db watchdog web'

describe('terms select nodes', () => {
  it.each([
    ['', all],
    // free text
    ['cart', 'cart job'],
    ['CART', 'cart job'],
    ['fast lane', 'cart'],
    ['"fast lane"', 'cart'],
    ['sh*b', 'shop-db'],
    ['*lane', ''],
    ['*lane*', 'cart'],
    ['nginx:1.25', 'web'],
    ['fd00::2', 'web'],
    ['shop/cart:1.2', 'cart job'],
    ['10.9.8.7', '10.9.8.7'],
    ['tier=front', 'web'],
    ['""', all],
    // fields that are texts
    ['name:c', 'cache cart watchdog'],
    ['name=cart', 'cart'],
    ['name!=cart', all.replace('cart ', '')],
    ['name:c*', 'cache cart'],
    ['name=*t', 'cart internet'],
    ['id:theinternet', 'internet'],
    ['host:alpha', 'cache cart job shop-db watchdog web'],
    ['image:cart', 'cart job'],
    ['image:shop/cart:1.2', 'cart job'],
    ['image=nginx:1.25', 'web'],
    ['image:1.25', 'web'],
    ['image=nginx', 'web'],
    ['image:ngin*', 'web'],
    ['image:*', 'cache cart job shop-db watchdog web'],
    ['container:web', 'web'],
    ['state:exited', 'job'],
    ['state:running', 'cart shop-db watchdog web'],
    ['state:"running (unhealthy)"', 'watchdog'],
    ['cmd:lane', 'cart'],
    ['network:shop', 'web'],
    ['kind:container', 'cache cart job shop-db watchdog web'],
    ['kind:pseudo', '10.9.8.7 internet'],
    ['kind:internet', 'internet'],
    ['label.tier:front', 'web'],
    ['label.TIER:front', 'web'],
    ['label.tier:*', 'cart web'],
    ['label.tier!=front', 'cart'],
    ['label:tier=m', 'cart'],
    ['label=tier=middle', 'cart'],
    ['label.com.docker.compose.project=shop', 'cart web'],
    ['project:shop', 'cart web'],
    ['service=web', 'web'],
    ['env:x', ''],
    // addresses
    ['ip:172.17.0.2', 'web'],
    ['ip:172.17.0.20', ''],
    ['ip:172.17.', 'web'],
    ['ip:172.16.0.0/12', 'web'],
    ['ip:10.0.0.0/8', '10.9.8.7'],
    ['ip:fd00:0::2', 'web'],
    ['ip:fd00::/8', 'web'],
    ['ip:*.2', 'web'],
    // numbers
    ['cpu>2%', 'web'],
    ['cpu>=12.5', 'web'],
    ['cpu<=1', 'cart'],
    ['cpu!=1', 'web'],
    ['cpu:*', 'cart web'],
    ['mem>=1.5g', 'cart'],
    ['mem<1gib', 'web'],
    ['restarts>2', 'cart'],
    ['restarts:3', 'cart'],
    ['docker_memory_usage>1g', 'cart'],
    ['docker_container_restart_count:3', 'cart'],
    ['listen:9000', 'watchdog'],
    ['listen>=5000', 'shop-db watchdog'],
    ['listen:0.0.0.0', 'shop-db'],
    ['listen:0.0.0.0:5432', 'shop-db'],
    ['listen:0.0.0.0:9000', ''],
    ['listen:[::]', 'watchdog'],
    ['listen:::', 'watchdog'],
    ['listen:[::]:9000', 'watchdog'],
    ['listen::9000', 'watchdog'],
    ['listen:*:5432', 'shop-db'],
    ['listen:0.*', 'shop-db'],
    ['listen:0.0.0.0/8', 'shop-db'],
    ['listen:127.0.0.1', ''],
    ['listen!=0.0.0.0', 'watchdog'],
    ['listen:*', 'shop-db watchdog'],
    ['listen:5432|9000', 'shop-db watchdog'],
    ['used:never', 'watchdog'],
    ['used:yes', 'shop-db'],
    ['used:*', 'shop-db watchdog'],
    ['used:never listen:9000', 'watchdog'],
    ['used:never listen:5432', ''],
    ['-listen:*', '10.9.8.7 cache cart internet job web'],
    // as Weave Scope writes it
    ['cpu > 2%', 'web'],
    ['memory < 1gib', 'web'],
    ['command: lane', 'cart'],
    ['command: --(mode|nothing)', 'cart'],
    ['nginx|postgres', 'shop-db web'],
    ['imagetag: 7', 'cache'],
    // rows by id and label
    ['image_tag:7', 'cache'],
    ['docker_image_tag=7', 'cache'],
    ['image_tag!=7', 'cart job shop-db watchdog web'],
    // conditions
    ['is:pseudo', '10.9.8.7 internet'],
    ['is:external', '10.9.8.7 internet'],
    ['is:paused', 'cache'],
    ['is:exited', 'job'],
    ['is:stopped', 'job'],
    ['is:running', 'cart shop-db watchdog web'],
    ['is:unhealthy', 'watchdog'],
    ['is:connected', '10.9.8.7 cache cart internet shop-db web'],
    ['-is:connected', 'job watchdog'],
    ['is:failing', 'cache cart'],
    ['is:trouble', 'cache cart watchdog'],
    ['-is:trouble', '10.9.8.7 internet job shop-db web'],
    ['is:trouble name:c', 'cache cart watchdog'],
    ['is:trouble to:db', 'cart'],
    // together
    ['cart -job', 'cart'],
    ['cart or web', 'cart job web'],
    ['(cart or web) is:running', 'cart web'],
    ['not (cart or web) not is:pseudo', 'cache shop-db watchdog'],
  ])('%s', (query, expected) => expect(found(query)).toBe(expected))

  it.each([
    ['pid:1', 'nginx'],
    ['pid: 1', 'nginx'],
    ['pid = 1|3', 'nginx postgres'],
    ['pid<3', 'cart nginx'],
    ['container:web', 'nginx'],
    ['kind:process is:running', 'cart nginx postgres redis-server'],
    ['image:cart', 'cart'],
    ['from:web', 'cart nginx'],
    ['to:postgres', 'cart postgres'],
  ])('among processes: %s', (query, expected) => expect(found(query, processes)).toBe(expected))

  it('among groups that views make', () => {
    const services = renderView('compose-services', everything, reports)
    const projects = renderView('compose-projects', everything, reports)
    expect(found('kind:service', services)).toBe('web')
    expect(found('project:shop kind:service', services)).toBe('web')
    expect(found('kind:project', projects)).toBe('shop')
    expect(found('is:group -is:pseudo', projects)).toBe('shop')
    const grouped = renderView('containers', { ...everything, group: 'compose' }, reports)
    expect(found('kind:group', grouped)).toBe('shop')
    expect(found('is:pseudo -is:external', renderView('containers', { pseudo: 'show' }, reports))).toBe('')
  })

  it('by the trouble of what nodes stand for', () => {
    type State = 'dead' | 'unhealthy' | 'restarting' | 'paused'
    const group = (id: string, of: number, counts: Partial<Record<State, number>>): NodeSummary => {
      const states = Object.entries(counts).map(([state, count]) => ({ state: state as State, count }))
      const [worst] = states
      return {
        ...{ id, label: id, labelMinor: '', rank: '', shape: 'square', stack: true },
        ...(worst && { state: worst.state, trouble: { of, states } }),
      }
    }
    const nodes = [
      group('well', 2, {}),
      group('some', 3, { unhealthy: 1, paused: 1 }),
      group('all', 2, { restarting: 2 }),
      group('lost', 2, { dead: 1, restarting: 1 }),
    ]
    const view: View = {
      nodes: new Map(nodes.map((one) => [one.id, one])),
      edges: new Map(),
      stats: { node_count: 4, nonpseudo_node_count: 4, edge_count: 0, filtered_nodes: 0 },
    }
    expect(found('is:trouble', view)).toBe('all lost some')
    expect(found('is:paused', view)).toBe('some')
    expect(found('is:unhealthy', view)).toBe('some')
    expect(found('is:restarting', view)).toBe('all lost')
    expect(found('is:stopped', view)).toBe('lost')
    expect(found('is:running', view)).toBe('some well')
    expect(found('state:paused', view)).toBe('some')
    expect(found('paused', view)).toBe('some')
  })

  it('by trouble within a closed group, which stays with what fails', () => {
    const options = { ...everything, group: 'compose' }
    const grouped = renderView('containers', options, reports)
    const query = parseQuery('is:trouble')
    const view = filterView(grouped, query, { text: 'is:trouble', ungrouped: containers })
    expect(edgesInWords(view)).toEqual(['shop -> cache :6379 opened=0 failed=5'])
    expect(names(view)).toBe('cache shop watchdog')
  })

  it('among what only unverified probes tell of, also within an open group', () => {
    const told = [held(shop(), { verified: false })]
    const open = renderView('containers', { ...everything, group: 'compose' }, told)
    const [group] = [...open.nodes.values()].flatMap(({ group }) => group ?? [])
    expect(group).toBeDefined()
    const opened = renderView('containers', { ...everything, group: 'compose', open: group?.id ?? '' }, told)
    expect(found('verified:no', opened)).toBe(
      found('verified:no', renderView('containers', everything, told)),
    )
    expect(found('verified:yes', opened)).toBe('')
  })

  it('of a host only what is on one', () => {
    const node = (id: string, more: Partial<NodeSummary>): NodeSummary => ({
      ...{ id, label: id, labelMinor: '', rank: '', shape: 'cloud', pseudo: true },
      ...more,
    })
    const nodes = [
      node('pseudo:uncontained:alpha', { labelMinor: 'alpha' }),
      node('#7a:00:00:00:00:01', { labelMinor: 'peer-1' }),
      node('group:image=nginx%alike;x', { labelMinor: '10.0.0.5, 10.0.0.6' }),
    ]
    const view: View = {
      nodes: new Map(nodes.map((one) => [one.id, one])),
      edges: new Map(),
      stats: { node_count: 3, nonpseudo_node_count: 0, edge_count: 0, filtered_nodes: 0 },
    }
    expect([...filtered('host:*', view).nodes.keys()]).toEqual(['pseudo:uncontained:alpha'])
  })

  it('among hosts and images', () => {
    expect(found('host:alpha kind:host', hosts)).toBe('alpha')
    expect(found('kind:image name:nginx', images)).toBe('nginx')
    expect(found('kind:image -is:pseudo image:cart', images)).toBe('shop/cart')
  })
})

describe('terms select connections, with their ends', () => {
  const cartToCache = 'cart -> cache :6379 opened=0 failed=5'
  const cartToDb = 'cart -> shop-db :5432 opened=7'
  const cartToOther = 'cart -> 10.9.8.7 :5432 opened=2'
  const cartOut = 'cart -> out-theinternet :443 opened=1'
  const webToCart = 'web -> cart :8080 opened=10'

  it.each<[string, string[], string]>([
    ['port:5432', [cartToOther, cartToDb], '10.9.8.7 cart shop-db'],
    ['port>=8000', [webToCart], 'cart watchdog web'],
    ['port!=5432', [cartToCache, cartOut, webToCart], 'cache cart internet watchdog web'],
    ['to:db', [cartToDb], 'cart shop-db'],
    ['to:postgres', [cartToDb], 'cart shop-db'],
    ['to:10.9', [cartToOther], '10.9.8.7 cart'],
    ['from:nginx', [webToCart], 'cart web'],
    ['failed>0', [cartToCache], 'cache cart'],
    ['open>1', [webToCart], 'cart web'],
    ['opened>=7', [cartToDb, webToCart], 'cart shop-db web'],
    ['bytes>=6k', [webToCart], 'cart web'],
    ['sent>300 received:0', [cartToDb], 'cart shop-db'],
    ['retransmits>0', [cartToDb], 'cart shop-db'],
    ['rtt>20ms', [cartToDb], 'cart shop-db'],
    ['rtt<1', [webToCart], 'cart web'],
    ['rtt:*', [cartToDb, webToCart], 'cart shop-db web'],
    ['srtt>60ms', [cartToDb], 'cart shop-db'],
    ['duration>500ms', [cartToDb], 'cart shop-db'],
    ['duration<20ms', [webToCart], 'cart web'],
    ['lasted>500ms', [cartToDb], 'cart shop-db'],
    ['duration>1h', [], ''],
    ['connect>20ms', [cartToDb], 'cart shop-db'],
    ['connect<1', [webToCart], 'cart web'],
    ['refused>0', [cartToCache], 'cache cart'],
    ['refused=3 timedOut=1', [cartToCache], 'cache cart'],
    ['unreachable>0', [], ''],
    ['outofports>0', [], ''],
    ['reset>0', [cartToDb], 'cart shop-db'],
    ['lost>0', [cartToDb], 'cart shop-db'],
    ['external:true', [cartToOther, cartOut], '10.9.8.7 cart internet'],
    ['external:false', [cartToCache, cartToDb, webToCart], 'cache cart shop-db web'],
    ['is:failing', [cartToCache], 'cache cart'],
    ['is:trouble', [cartToCache], 'cache cart watchdog'],
    ['is:trouble or to:db', [cartToCache, cartToDb], 'cache cart shop-db watchdog'],
    ['is:trouble to:db', [], 'cart'],
    // several speak of one connection
    ['from:cart to:db', [cartToDb], 'cart shop-db'],
    ['to:db failed>0', [], ''],
    ['to:db or failed>0', [cartToCache, cartToDb], 'cache cart shop-db'],
    ['(to:db or to:web) rtt>20ms', [cartToDb], 'cart shop-db'],
    // with node terms: of the ends, those that are meant
    ['name:c rtt:*', [], 'cart'],
    ['failed>0 is:paused', [], 'cache'],
    ['name:web or failed>0', [cartToCache, webToCart], 'cache cart web'],
    // not: nodes that have no such connection
    ['-port:5432', [], 'cache internet job watchdog web'],
    ['-(from:cart or from:web)', [], 'job watchdog'],
    ['is:connected -failed>0', [], '10.9.8.7 internet shop-db web'],
  ])('%s', (query, edges, expected) => {
    const view = filtered(query)
    expect(edgesInWords(view)).toEqual([...edges].sort())
    expect(names(view)).toBe(expected)
  })
})

describe('a filtered view', () => {
  it('says how much it shows and hides', () => {
    const view = filtered('to:db')
    expect(view.query).toEqual({ text: 'to:db', matched: 2, hidden: 6 })
    expect(view.stats).toMatchObject({ node_count: 2, nonpseudo_node_count: 2, edge_count: 1 })
  })

  it('keeps the objects of the view but where an edge is hidden', () => {
    const view = filtered('to:db')
    for (const [id, node] of view.nodes) {
      expect(node === containers.nodes.get(id)).toBe(node.label !== 'cart')
      for (const target of node.adjacency ?? []) expect(view.nodes.has(target)).toBe(true)
    }
    for (const [id, edge] of view.edges) expect(edge).toBe(containers.edges.get(id))
  })

  it('keeps a closed group of which a member is selected, with the edges of such members', () => {
    const idOf = (label: string) =>
      [...containers.nodes.values()].find((node) => node.label === label)?.id ?? label
    const group = (id: string): NodeSummary => ({ id, label: id, labelMinor: '', rank: id, shape: 'hexagon' })
    const between = (source: string, target: string): ViewEdge => ({
      ...(filtered('rtt>20ms').edges.values().next().value as ViewEdge),
      id: `${source}>${target}`,
      source,
      target,
      rttUs: 1,
    })
    const grouped = {
      ...containers,
      nodes: new Map(['front', 'back', 'rest'].map((id) => [id, group(id)])),
      edges: new Map([between('front', 'back'), between('rest', 'back')].map((edge) => [edge.id, edge])),
      members: new Map([
        ['front', [idOf('cart'), idOf('web')]],
        ['back', [idOf('shop-db'), idOf('cache')]],
        ['rest', [idOf('job')]],
      ]),
    }
    const ask = (text: string) => filterView(grouped, parseQuery(text), { text, ungrouped: containers })
    expect(labels(ask('image:redis'))).toEqual(['back'])
    expect(labels(ask('name:back'))).toEqual(['back'])
    expect(ask('rtt>20ms').edges.size).toBe(1)
    expect(labels(ask('rtt>20ms'))).toEqual(['back', 'front'])
    expect(ask('nobody').query).toEqual({ text: 'nobody', matched: 0, hidden: 3 })
  })
})

it('takes time in proportion to the map, whatever the query', () => {
  const base = [...containers.nodes.values()][1] as NodeSummary
  const graph = (count: number) => {
    const nodes = new Map<string, NodeSummary>()
    for (let i = 0; i < count; i++) {
      const text = { id: 'cmdline', label: 'Command', value: 'a'.repeat(2000) }
      nodes.set(`n${i}`, { ...base, id: `n${i}`, metadata: [text] })
    }
    return { ...containers, nodes, edges: new Map() }
  }
  // A matcher that went back would take longer than anybody could wait.
  const query = parseQuery(`${'a*'.repeat(400)}b`)
  const view = filterView(graph(1000), query, { text: '' })
  expect(view.nodes.size).toBe(0)
})
