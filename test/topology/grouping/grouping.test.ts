import { describe, expect, test } from 'vitest'
import { facts, metrics } from '../../../src/report/facts.ts'
import type { Metric } from '../../../src/report/schema.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { edgeRecords } from '../../../src/topology/edges/edge-records.ts'
import { sumSamples } from '../../../src/topology/grouping/folds/fold-samples.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { filterView } from '../../../src/topology/query/filter/filter-view.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { renderView } from '../../../src/topology/render.ts'
import type { View } from '../../../src/topology/view/view.ts'
import { OptionError, parseOptions } from '../../../src/topology/views.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  hostNode,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { edgesInWords, onlyEdge } from '../reading.ts'

const compose = (project: string, service: string) => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
})

const cpu = (node: string, id: string, percent: number, max: number): Metric => ({
  node,
  id,
  max,
  samples: [[0, percent]],
})

const systemSlice = { [facts.systemdSlice]: 'system.slice' }

/** A shop on alpha (web asks db and cache), a container of its own beside it, and sshd; another project of the name on beta. */
const shop = [
  report({
    host: 'alpha~1',
    nodes: [
      hostNode('alpha~1', { [facts.cpuCount]: 2 }),
      containerNode('alpha~1', 'web', {
        image: 'nginx:1',
        labels: { ...compose('shop', 'web'), team: 'front' },
      }),
      containerNode('alpha~1', 'db', { image: 'postgres:17', labels: compose('shop', 'db') }),
      containerNode('alpha~1', 'cache', { image: 'redis:7', labels: compose('shop', 'cache') }),
      containerNode('alpha~1', 'lone', { image: 'nginx:2' }),
      processNode('alpha~1', 1, { name: 'nginx', container: 'web', facts: systemSlice }),
      processNode('alpha~1', 2, { name: 'postgres', container: 'db', facts: systemSlice }),
      processNode('alpha~1', 3, { name: 'redis', container: 'cache', facts: systemSlice }),
      processNode('alpha~1', 4, { name: 'nginx', container: 'lone' }),
      processNode('alpha~1', 5, { name: 'sshd', facts: { [facts.systemdSlice]: 'user.slice' } }),
    ],
    metrics: [
      cpu(containerId('web'), metrics.containerCpu, 80, 200),
      cpu(containerId('db'), metrics.containerCpu, 70.5, 200),
      cpu(containerId('lone'), metrics.containerCpu, 5, 200),
    ],
    connections: [
      pair('alpha~1;1', 'alpha~1;2', 5432, { opened: 3, bytesSent: 10, rttUs: 900 }),
      pair('alpha~1;1', 'alpha~1;3', 6379, { opened: 4, bytesSent: 20, rttUs: 100 }),
      pair('alpha~1;4', 'alpha~1;1', 80, { opened: 5 }),
      pair('alpha~1;4', 'alpha~1;2', 5432, { opened: 2 }),
      clientHalf('alpha~1;1', {
        clientAddress: ';10.0.0.1',
        serverAddress: ';1.1.1.1',
        port: 443,
        opened: 7,
      }),
    ],
  }),
  report({
    host: 'beta~2',
    nodes: [containerNode('beta~2', 'web-beta', { image: 'nginx:1', labels: compose('shop', 'web') })],
  }),
].map((each) => held(each))

const nodesInWords = ({ nodes }: View): string[] =>
  [...nodes.values()].map(({ label, labelMinor }) => `${label}: ${labelMinor}`).sort()

const SHOP = 'group:compose=alpha~1;shop'

describe('containers by Compose project', () => {
  const view = renderView('containers', { group: 'compose' }, shop)

  test('a project of one host is a node; of the same name on another host it is another one; the rest stays', () => {
    expect(nodesInWords(view)).toEqual([
      'The Internet: Outbound connections',
      'lone: alpha',
      'shop: 1 container on beta',
      'shop: 3 containers on alpha',
    ])
    expect(view.nodes.get(SHOP)).toMatchObject({
      id: SHOP,
      label: 'shop',
      rank: 'shop',
      shape: 'hexagon',
      stack: true,
      group: { id: SHOP, label: 'shop' },
      parents: [{ id: 'alpha~1;<host>', label: 'alpha', topologyId: 'hosts' }],
    })
    expect(view.members?.get(SHOP)).toEqual(['web', 'db', 'cache'].map(containerId).sort())
  })

  test('edges are sums, and what goes on within is an edge to itself', () => {
    expect(edgesInWords(view)).toEqual([
      'lone -> shop :80,5432 opened=7',
      'shop -> out-theinternet :443 opened=7',
      'shop -> shop :5432,6379 opened=7',
    ])
    const within = [...view.edges.values()].find(({ source, target }) => source === target)
    expect(within).toMatchObject({ bytesSent: 30, rttUs: 900, ports: [5432, 6379], portsTotal: 2 })
  })

  test('metrics add up, and are full when the machine is', () => {
    expect(view.nodes.get(SHOP)?.metrics).toMatchObject([{ label: 'CPU', value: 150.5, max: 200 }])
  })

  test('opened, its members are as they are elsewhere, and say where they belong', () => {
    const opened = renderView('containers', { group: 'compose', open: SHOP }, shop)
    expect(opened.nodes.get(SHOP)).toBeUndefined()
    expect(opened.nodes.get(containerId('db'))).toMatchObject({
      label: 'db',
      group: { id: SHOP, label: 'shop' },
    })
    expect(opened.nodes.get(containerId('lone'))?.group).toBeUndefined()
    expect([...(opened.members?.keys() ?? [])]).toEqual(['group:compose=beta~2;shop'])
  })

  test('details list the members and the connections to the rest', () => {
    const details = nodeDetails('containers', SHOP, { group: 'compose' }, shop, () => [])
    expect(details?.children.map(({ label, nodes }) => [label, nodes.map((node) => node.label)])).toEqual([
      ['Containers', ['cache', 'db', 'web']],
      ['Processes', ['nginx', 'postgres', 'redis']],
    ])
    const rows = details?.connections.map(({ connections }) =>
      connections
        .map(({ label, metadata }) => `${label} ${metadata.find(({ id }) => id === 'port')?.value}`)
        .sort(),
    )
    expect(rows).toEqual([
      ['lone 5432', 'lone 80', 'shop 5432', 'shop 6379'],
      ['1.1.1.1 443', 'shop 5432', 'shop 6379'],
    ])
    expect(details?.metrics).toMatchObject([{ label: 'CPU', value: 150.5, max: 200 }])
  })

  test('the details of a member are there while its group is closed', () => {
    const detailsOf = (name: string) =>
      nodeDetails('containers', containerId(name), { group: 'compose' }, shop, () => [])
    expect(detailsOf('db')).toMatchObject({ label: 'db', group: { id: SHOP, label: 'shop' } })
    expect(detailsOf('lone')?.group).toBeUndefined()
  })

  test('single connections of an edge of a group are those of all its members', () => {
    const edge = [...view.edges.values()].find(({ source }) => source === containerId('lone'))
    const records = edgeRecords('containers', edge?.id ?? '', { group: 'compose' }, shop)
    expect(records?.flatMap(({ ids }) => ids)).toHaveLength(2)
  })
})

describe('other groupings', () => {
  test.each([
    ['containers', 'host', ['alpha: 4 containers', 'beta: 1 container']],
    ['containers', 'stack', ['lone: alpha', 'shop: 4 containers']],
    ['containers', 'image', ['nginx: 3 containers', 'postgres: 1 container', 'redis: 1 container']],
    ['containers', 'slice', ['lone: alpha', 'system.slice: 3 containers on alpha', 'web-beta: beta']],
    [
      'containers',
      'label:team',
      ['cache: alpha', 'db: alpha', 'front: 1 container', 'lone: alpha', 'web-beta: beta'],
    ],
    ['processes', 'compose', ['nginx: alpha (lone:4)', 'shop: 3 processes on alpha', 'sshd: alpha (5)']],
    [
      'processes',
      'slice',
      ['nginx: alpha (lone:4)', 'system.slice: 3 processes on alpha', 'user.slice: 1 process on alpha'],
    ],
    [
      'processes',
      'label:team',
      [
        'front: 1 process',
        'nginx: alpha (lone:4)',
        'postgres: alpha (db:2)',
        'redis: alpha (cache:3)',
        'sshd: alpha (5)',
      ],
    ],
    ['processes-by-name', 'compose', ['nginx: 1 process', 'shop: 3 processes on alpha', 'sshd: 1 process']],
    [
      'containers-by-image',
      'compose',
      ['nginx: 1 container', 'shop: 1 container on beta', 'shop: 3 containers on alpha'],
    ],
    ['compose-services', 'host', ['alpha: 3 containers', 'beta: 1 container']],
    ['hosts', 'compose', ['alpha: ', 'beta: ']],
  ])('%s by %s', (viewId, group, expected) => {
    const shown = renderView(viewId, { group, unconnected: 'show' }, shop)
    expect(nodesInWords(shown).filter((words) => !words.startsWith('The Internet'))).toEqual(expected)
  })

  test('what the options hide is in no group', () => {
    const stopped = held(
      report({
        nodes: [
          containerNode('alpha', 'a', { labels: compose('shop', 'a') }),
          containerNode('alpha', 'b', { labels: compose('shop', 'b'), state: 'exited' }),
        ],
      }),
    )
    const count = (options: Record<string, string>) =>
      nodesInWords(renderView('containers', { group: 'compose', ...options }, [stopped]))
    expect(count({})).toEqual(['shop: 1 container on alpha'])
    expect(count({ stopped: 'both' })).toEqual(['shop: 2 containers on alpha'])
  })

  test('a host that holds an address stands for it in its group', () => {
    const reports = [
      report({
        host: 'alpha',
        nodes: [processNode('alpha', 1, { container: 'web' }), containerNode('alpha', 'web')],
        connections: [
          clientHalf('alpha;1', {
            clientAddress: ';10.0.0.1',
            serverAddress: ';10.0.0.2',
            port: 80,
            opened: 3,
          }),
        ],
      }),
      report({
        host: 'beta',
        nodes: [
          processNode('beta', 7, { container: 'api' }),
          containerNode('beta', 'api', { facts: { docker_container_ports: ['0.0.0.0:80->80/tcp'] } }),
        ],
        addresses: [address('10.0.0.2', { kind: 'global' }, { owners: ['beta;<host>'] })],
      }),
    ].map((each) => held(each))
    const across = { source: 'group:host=alpha', target: 'group:host=beta', opened: 3 }
    expect(onlyEdge(renderView('containers', { group: 'host' }, reports))).toMatchObject(across)
    // Which process it was is not known, but that it is in the group.
    const everything = { group: 'host', unconnected: 'show' }
    expect(onlyEdge(renderView('processes', everything, reports))).toMatchObject(across)
    const opened = renderView('processes', { ...everything, open: 'group:host=beta' }, reports)
    expect(onlyEdge(opened).target).toContain('pseudo:address:')
  })
})

describe('options', () => {
  test.each([
    [{}, {}],
    [{ group: '' }, {}],
    [{ group: 'host' }, { group: 'host' }],
    [{ group: 'label:a.b/c' }, { group: 'label:a.b/c' }],
    [
      { group: 'host', open: 'group:host=b,group:host=a,group:host=b,' },
      { group: 'host', open: 'group:host=a,group:host=b' },
    ],
    [
      { group: 'label:a,b', open: 'group:label:a%2Cb=1' },
      { group: 'label:a,b', open: 'group:label:a%2Cb=1' },
    ],
  ])('%o', (query, expected) => {
    expect(parseOptions('hosts', query)).toEqual(expected)
  })

  test.each([
    [
      { group: 'pod' },
      'group',
      'host, host-name:1, host-name:2, host-name:3, host-name, container, service, replicas, compose, stack, image, slice, unit, alike, label:<key>',
    ],
    [{ group: 'label:' }, 'group', 'label:<key>'],
    [{ group: 'toString' }, 'group', 'host'],
    [{ group: 'host', rest: 'all' }, 'rest', 'use one of fold, show'],
    [{ open: 'group:host=a' }, 'open', 'say with group= how to fold'],
    [{ group: 'host', open: 'x' }, 'open', 'use ids such as group:host=<key>'],
    [{ group: 'host', open: 'group:image=nginx' }, 'open', 'use ids such as group:host=<key>'],
    [
      { group: 'host', open: Array.from({ length: 257 }, (_, i) => `group:host=${i}`).join() },
      'open',
      'use at most 256 groups',
    ],
  ])('%o is refused by name', (query, field, words) => {
    expect(() => parseOptions('containers', query as Record<string, string>)).toThrow(OptionError)
    expect(() => parseOptions('containers', query as Record<string, string>)).toThrow(
      expect.objectContaining({ field, message: expect.stringContaining(words) }),
    )
  })

  test('ids of names with commas are listed as they are', () => {
    const reports = [
      held(
        report({ nodes: ['a,b', 'a%2Cb'].map((team) => containerNode('alpha', team, { labels: { team } })) }),
      ),
    ]
    const closed = renderView('containers', { group: 'label:team' }, reports)
    const ids = [...closed.nodes.keys()]
    expect(ids).toEqual(['group:label:team=a%2Cb', 'group:label:team=a%252Cb'])
    const opened = renderView('containers', { group: 'label:team', open: ids[0] ?? '' }, reports)
    expect([...opened.nodes.keys()].sort()).toEqual([ids[1], containerId('a,b')].sort())
  })
})

describe('containers by service', () => {
  test('replicas are one node, on however many hosts; what has none stays as it is', () => {
    const view = renderView('containers', { group: 'service' }, shop)
    expect(nodesInWords(view)).toEqual([
      'The Internet: Outbound connections',
      'cache: alpha',
      'db: alpha',
      'lone: alpha',
      'shop-web: ×2 on 2 hosts',
    ])
    expect(view.members?.get('group:service=compose;shop;web')).toHaveLength(2)
  })

  test('the last replica is a container again, and a second one makes a service', () => {
    const pipeline = new Pipeline()
    const now = (held: readonly HeldReport[]) => [
      ...pipeline.view('containers', { group: 'service' }, held).nodes.keys(),
    ]
    const [alpha] = shop
    expect(now(shop)).toContain('group:service=compose;shop;web')
    expect(now(alpha ? [alpha] : [])).toContain(containerId('web'))
    expect(now(shop)).not.toContain(containerId('web'))
  })
})

describe('with the rest folded', () => {
  const view = renderView('containers', { group: 'compose', rest: 'fold' }, [
    ...shop,
    held(report({ host: 'gamma~3', nodes: [containerNode('gamma~3', 'alone', { image: 'nginx:2' })] })),
  ])

  test('what is in no group is one node, that says how many', () => {
    expect(nodesInWords(view)).toContain('2 others: 2 containers')
    expect(view.members?.get('group:compose=%rest')).toEqual(['alone', 'lone'].map(containerId).sort())
  })

  test('its edges are the sums of those of its parts', () => {
    expect(edgesInWords(view)).toContain('2 others -> shop :80,5432 opened=7')
  })

  test('it opens like any group', () => {
    const opened = renderView(
      'containers',
      { group: 'compose', rest: 'fold', open: 'group:compose=%rest' },
      shop,
    )
    expect(opened.nodes.get(containerId('lone'))).toMatchObject({
      group: { id: 'group:compose=%rest', label: 'others' },
    })
  })
})

describe('what is offered', () => {
  const offers = (viewId: string, reports = shop) =>
    new Pipeline()
      .describe(reports)
      .flatMap((view) => [view, ...(view.sub_topologies ?? [])])
      .find(({ url }) => url.endsWith(`/${viewId}`))?.groups

  test('what leaves fewer nodes than there are, and more than one', () => {
    expect(offers('containers')).toEqual([
      { value: 'host', label: 'Host', count: 2, rest: 0 },
      { value: 'service', label: 'Service', count: 1, rest: 1 },
      { value: 'compose', label: 'Compose project', count: 2, rest: 1 },
      { value: 'stack', label: 'Stack', count: 1, rest: 1 },
      { value: 'image', label: 'Image', count: 3, rest: 0 },
      { value: 'slice', label: 'Systemd slice', count: 1, rest: 2 },
    ])
    expect(offers('hosts')).toBeUndefined()
  })

  test('labels that fold, but not those with which tools keep their books', () => {
    const reports = [
      held(
        report({
          nodes: ['a', 'b', 'c'].map((name) =>
            containerNode('alpha', name, {
              labels: {
                team: name === 'c' ? 'back' : 'front',
                'org.opencontainers.image.vendor': 'x',
                only: name,
              },
            }),
          ),
        }),
      ),
    ]
    expect(offers('containers', reports)).toEqual([
      { value: 'label:team', label: 'Label team', count: 2, rest: 0 },
    ])
  })
})

describe('a query', () => {
  const ask = (text: string, viewId: string, group: string) => {
    const view = renderView(viewId, { group, unconnected: 'show' }, shop)
    const ungrouped = renderView(viewId, { unconnected: 'show' }, shop)
    return filterView(view, parseQuery(text), { text, ungrouped })
  }

  test('keeps the groups of what it selects', () => {
    expect(nodesInWords(ask('name:db', 'containers', 'compose'))).toEqual(['shop: 3 containers on alpha'])
    expect(edgesInWords(ask('port:6379', 'containers', 'compose'))).toEqual([
      'shop -> shop :5432,6379 opened=7',
    ])
  })

  test('keeps all groups with a part of what it selects, and the part that is in none', () => {
    expect(nodesInWords(ask('name=nginx', 'processes-by-name', 'compose'))).toEqual([
      'nginx: 1 process',
      'shop: 3 processes on alpha',
    ])
    expect(edgesInWords(ask('port:80', 'processes-by-name', 'compose'))).toEqual([
      'nginx -> shop :80,5432 opened=7',
    ])
  })
})

describe('samples of a group', () => {
  const at = (second: number, value: number) => ({
    date: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
    value,
  })

  test('are the sums of what its nodes had at the time', () => {
    const sums = sumSamples([
      [at(0, 1), at(4, 2), at(5, 3), at(20, 4)],
      [at(6, 10.005), at(11, 20)],
    ])
    expect(sums.map(({ date, value }) => [date.slice(17, 19), value])).toEqual([
      ['05', 2],
      ['10', 13.01],
      ['15', 23],
      ['20', 3],
      ['25', 4],
    ])
  })

  test('are as far apart as thinned ones', () => {
    const [first, second] = [0, 10].map((late) => [0, 1, 2, 3].map((i) => at(i * 15 + late / 10, 1)))
    expect(sumSamples([first ?? [], second ?? []]).map(({ value }) => value)).toEqual([2, 2, 2, 2])
  })

  test('are not there for a series without any', () => {
    expect(sumSamples([[], []])).toEqual([])
  })
})
