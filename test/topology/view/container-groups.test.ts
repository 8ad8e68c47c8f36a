import { describe, expect, test } from 'vitest'
import { facts } from '../../../src/report/facts.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { renderView } from '../../../src/topology/render.ts'
import {
  containerId,
  containerNode,
  held,
  hexOf,
  imageNode,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { edgesInWords, labels } from '../reading.ts'

const compose = (project: string, service?: string, number?: number, more: Record<string, string> = {}) => ({
  'com.docker.compose.project': project,
  ...(service === undefined ? {} : { 'com.docker.compose.service': service }),
  ...(number === undefined ? {} : { 'com.docker.compose.container-number': String(number) }),
  ...more,
})
const swarm = (stack: string | undefined, name: string) => ({
  'com.docker.swarm.service.id': hexOf(name, 25),
  'com.docker.swarm.service.name': name,
  ...(stack === undefined ? {} : { 'com.docker.stack.namespace': stack }),
})
const directory = { 'com.docker.compose.project.working_dir': '/srv/shop', tier: 'front' }

/** One host with two projects of Compose, two services of a Swarm, one container of neither and one process in none. */
const machine = (host: string) => {
  const of = (name: string) => `${host}-${name}`
  return report({
    host,
    nodes: [
      processNode(host, 1, { name: 'backup' }),
      processNode(host, 10, { name: 'nginx', container: of('web-1') }),
      processNode(host, 11, { name: 'nginx', container: of('web-2') }),
      processNode(host, 20, { name: 'postgres', container: of('db') }),
      processNode(host, 30, { name: 'redis', container: of('cache') }),
      processNode(host, 40, { name: 'task', container: of('task') }),
      processNode(host, 50, { name: 'lone', container: of('lone') }),
      containerNode(host, of('web-1'), { image: 'nginx:1.27', labels: compose('shop', 'web', 1, directory) }),
      containerNode(host, of('web-2'), { image: 'nginx:1.27', labels: compose('shop', 'web', 2, directory) }),
      containerNode(host, of('web-3'), {
        image: 'nginx:1.27',
        state: 'exited',
        labels: compose('shop', 'web', 3, directory),
      }),
      containerNode(host, of('db'), { image: 'postgres:16', labels: compose('shop', 'db', 1) }),
      containerNode(host, of('cache'), { image: 'redis:7', labels: compose('bank', 'db', 1) }),
      containerNode(host, of('task'), { image: 'redis:7', labels: swarm('jobs', 'jobs_task') }),
      containerNode(host, of('free'), { image: 'redis:7', labels: swarm(undefined, 'free') }),
      containerNode(host, of('lone'), { image: 'redis:7' }),
      imageNode(host, 'nginx:1.27'),
    ],
    connections: [
      pair(`${host};10`, `${host};20`, 5432, { opened: 2 }),
      pair(`${host};11`, `${host};20`, 5432, { opened: 3 }),
      pair(`${host};11`, `${host};30`, 6379, { opened: 5 }),
      pair(`${host};10`, `${host};11`, 9000),
      pair(`${host};1`, `${host};10`, 80),
      pair(`${host};50`, `${host};40`, 7000),
      pair(`${host};50`, `${host};1`, 7001),
    ],
  })
}
const alpha = [held(machine('alpha'))]
const both = [held(machine('alpha')), held(machine('beta'))]

const rows = (viewId: string, options: Record<string, string>, reports = alpha) =>
  [...renderView(viewId, options, reports).nodes.values()]
    .map(({ id, label, labelMinor, rank, shape, stack, pseudo }) =>
      [id, label, labelMinor, rank, shape, stack ? 'stack' : '', pseudo ? 'pseudo' : ''].join(' | '),
    )
    .sort()

describe('services of Compose', () => {
  test('one node each, by project and host', () => {
    expect(rows('compose-services', {}, both)).toEqual([
      'alpha;bank;db;<compose_service> | db | bank (1 container) | bank/db | hexagon | stack | ',
      'alpha;shop;db;<compose_service> | db | shop (1 container) | shop/db | hexagon | stack | ',
      'alpha;shop;web;<compose_service> | web | shop (2 containers) | shop/web | hexagon | stack | ',
      'beta;bank;db;<compose_service> | db | bank (1 container) | bank/db | hexagon | stack | ',
      'beta;shop;db;<compose_service> | db | shop (1 container) | shop/db | hexagon | stack | ',
      'beta;shop;web;<compose_service> | web | shop (2 containers) | shop/web | hexagon | stack | ',
    ])
  })

  test.each([
    [{}, ['web -> db :5432 opened=5', 'web -> db :6379 opened=5', 'web -> web :9000 opened=1']],
    [
      { pseudo: 'show' },
      [
        'Unmanaged -> web :80 opened=1',
        'web -> db :5432 opened=5',
        'web -> db :6379 opened=5',
        'web -> web :9000 opened=1',
      ],
    ],
    [{ namespace: 'shop' }, ['web -> db :5432 opened=5', 'web -> web :9000 opened=1']],
    [{ namespace: 'bank' }, []],
    [
      { namespace: 'bank,shop' },
      ['web -> db :5432 opened=5', 'web -> db :6379 opened=5', 'web -> web :9000 opened=1'],
    ],
    [{ system: 'with:tier=front' }, ['web -> web :9000 opened=1']],
    [{ system: 'system' }, []],
  ])('edges with %o', (options, expected) => {
    expect(edgesInWords(renderView('compose-services', options as Record<string, string>, alpha))).toEqual(
      expected,
    )
  })

  test.each([
    [{}, 3, 1],
    [{ stopped: 'both' }, 3, 0],
    [{ stopped: 'stopped' }, 1, 4],
    [{ namespace: 'shop' }, 2, 2],
    [{ namespace: 'No stack' }, 0, 5],
    [{ system: 'without:tier=front', stopped: 'both' }, 2, 3],
    [{ pseudo: 'show' }, 4, 1],
  ])('numbers with %o', (options, nodes, hidden) => {
    const { stats } = renderView('compose-services', options as Record<string, string>, alpha)
    expect([stats.node_count, stats.filtered_nodes]).toEqual([nodes, hidden])
  })

  test('facts, parents and children', () => {
    const node = nodeDetails('compose-services', 'alpha;shop;web;<compose_service>', {}, alpha, () => [])
    expect(node?.metadata?.map(({ id, value }) => `${id}=${value}`)).toEqual([
      'container=2',
      'docker_image_name=nginx',
    ])
    expect(node?.parents).toEqual([
      { id: 'alpha;shop;<compose_project>', label: 'shop', topologyId: 'compose-projects' },
      { id: 'alpha;<host>', label: 'alpha', topologyId: 'hosts' },
    ])
    expect(
      node?.children.map(({ topologyId, nodes }) => [topologyId, nodes.map(({ label }) => label)]),
    ).toEqual([
      ['containers', ['alpha-web-1', 'alpha-web-2']],
      ['processes', ['nginx', 'nginx']],
    ])
  })
})

describe('projects of Compose', () => {
  test('one node each, by host', () => {
    expect(rows('compose-projects', {}, both)).toEqual([
      'alpha;bank;<compose_project> | bank | alpha (1 container) | bank | hexagon | stack | ',
      'alpha;shop;<compose_project> | shop | alpha (3 containers) | shop | hexagon | stack | ',
      'beta;bank;<compose_project> | bank | beta (1 container) | bank | hexagon | stack | ',
      'beta;shop;<compose_project> | shop | beta (3 containers) | shop | hexagon | stack | ',
    ])
  })

  test('edges between them, and within them', () => {
    expect(edgesInWords(renderView('compose-projects', { pseudo: 'show' }, alpha))).toEqual([
      'Unmanaged -> shop :80 opened=1',
      'shop -> bank :6379 opened=5',
      'shop -> shop :5432,9000 opened=6',
    ])
  })

  test('what Compose knows of it', () => {
    const node = renderView('compose-projects', {}, alpha).nodes.get('alpha;shop;<compose_project>')
    expect(node?.metadata?.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'Containers: 3',
      'Directory: /srv/shop',
    ])
  })
})

describe('services of a Swarm', () => {
  test('one node each, over all hosts, with its tasks counted', () => {
    const id = (name: string) => `${hexOf(name, 25)};<swarm_service>`
    expect(rows('swarm-services', {}, both)).toEqual(
      [
        `${id('free')} | free | 2 containers | free | hexagon | stack | `,
        `${id('jobs_task')} | jobs_task | jobs (2 containers) | jobs/jobs_task | hexagon | stack | `,
      ].sort(),
    )
  })

  test('facts and parents', () => {
    const view = renderView('swarm-services', {}, both)
    const node = [...view.nodes.values()].find(({ label }) => label === 'jobs_task')
    expect(node?.metadata?.map(({ id, value }) => `${id}=${value}`)).toEqual([
      'container=2',
      'service_name=jobs_task',
      'stack_namespace=jobs',
      'docker_image_name=redis',
    ])
    expect(node?.parents?.map(({ id }) => id)).toEqual(['alpha;<host>', 'beta;<host>'])
  })

  test.each([
    [{}, []],
    [{ pseudo: 'show' }, ['Unmanaged -> jobs_task :7000 opened=1']],
    [{ pseudo: 'show', namespace: 'shop' }, []],
  ])('edges with %o', (options, expected) => {
    expect(edgesInWords(renderView('swarm-services', options as Record<string, string>, alpha))).toEqual(
      expected,
    )
  })
})

describe('containers by DNS name', () => {
  const named = (hostname: string | undefined, more: Parameters<typeof containerNode>[2] = {}) =>
    containerNode('alpha', 'box', {
      ...more,
      facts: { ...(hostname === undefined ? {} : { [facts.containerHostname]: hostname }), ...more.facts },
    })

  test.each([
    ['the host name it was given', named('db.example.com'), 'db.example.com'],
    ['not the one Docker makes of the id', named(hexOf('box', 64).slice(0, 12)), 'box'],
    [
      'its service in Compose',
      named(hexOf('box', 64).slice(0, 12), { labels: compose('shop', 'web') }),
      'web',
    ],
    ['the host name before the service', named('front', { labels: compose('shop', 'web') }), 'front'],
    ['its service in a Swarm', named(undefined, { labels: swarm('jobs', 'jobs_task') }), 'jobs_task'],
    ['its own name', named(undefined), 'box'],
    ["not the machine's", named('alpha', { facts: { [facts.inHostNetwork]: true } }), 'box'],
    ['a short hexadecimal name that somebody chose', named(hexOf('box', 4)), hexOf('box', 4)],
  ])('%s', (_, container, expected) => {
    const view = renderView('containers-by-hostname', {}, [held(report({ nodes: [container] }))])
    expect(labels(view)).toEqual([expected])
  })

  test('containers of one name are one node, over hosts and projects', () => {
    expect(rows('containers-by-hostname', { namespace: 'shop,bank' }, both)).toEqual([
      'db | db | 4 containers | db | hexagon | stack | ',
      'web | web | 4 containers | web | hexagon | stack | ',
    ])
    expect(edgesInWords(renderView('containers-by-hostname', { namespace: 'shop,bank' }, both))).toEqual([
      'web -> db :5432,6379 opened=20',
      'web -> web :9000 opened=2',
    ])
  })

  test('processes in no container are one node, when asked for', () => {
    const edges = edgesInWords(renderView('containers-by-hostname', { pseudo: 'show' }, alpha))
    expect(edges).toContain('Uncontained -> web :80 opened=1')
  })
})

describe('stacks and labels choose in every view of containers alike', () => {
  test.each([
    ['containers', { namespace: 'bank' }, ['alpha-cache']],
    ['containers', { namespace: 'jobs' }, ['alpha-task']],
    ['containers', { namespace: 'No stack' }, ['alpha-free', 'alpha-lone']],
    ['containers', { namespace: 'jobs,No stack' }, ['alpha-free', 'alpha-lone', 'alpha-task']],
    ['containers', { namespace: 'gone' }, []],
    ['containers', { system: 'with:tier=front' }, ['alpha-web-1', 'alpha-web-2']],
    ['containers', { system: 'with:tier=front', stopped: 'stopped' }, ['alpha-web-3']],
    ['containers-by-hostname', { namespace: 'bank' }, ['db']],
    ['containers-by-hostname', { system: 'with:tier=front' }, ['web']],
    ['containers-by-image', { namespace: 'bank' }, ['redis']],
    ['containers-by-image', { system: 'with:tier=front' }, ['nginx']],
    ['containers-by-image', { system: 'without:tier=front' }, ['postgres', 'redis']],
    ['compose-projects', { system: 'with:tier=front' }, ['shop']],
    ['compose-services', { system: 'with:tier=front' }, ['web']],
    ['swarm-services', { namespace: 'jobs' }, ['jobs_task']],
  ])('%s with %o', (viewId, options, expected) => {
    expect(labels(renderView(viewId, options as Record<string, string>, alpha))).toEqual(expected)
  })

  test('by image: the count is that of the containers shown, over all tags and hosts', () => {
    const counts = (options: Record<string, string>) =>
      [...renderView('containers-by-image', options, both).nodes.values()].map(
        ({ label, labelMinor }) => `${label}: ${labelMinor}`,
      )
    expect(counts({}).sort()).toEqual([
      'nginx: 4 containers',
      'postgres: 2 containers',
      'redis: 8 containers',
    ])
    expect(counts({ namespace: 'bank' })).toEqual(['redis: 2 containers'])
  })
})

test('a container links to what it belongs to', () => {
  const links = (name: string) =>
    renderView('containers', {}, alpha)
      .nodes.get(containerId(`alpha-${name}`))
      ?.parents?.map(({ topologyId, label }) => `${topologyId} ${label}`)
  expect(links('db')).toEqual([
    'containers-by-image postgres',
    'compose-services db',
    'compose-projects shop',
    'hosts alpha',
  ])
  expect(links('task')).toEqual(['containers-by-image redis', 'swarm-services jobs_task', 'hosts alpha'])
  expect(links('lone')).toEqual(['containers-by-image redis', 'hosts alpha'])
})

test('a replica says which it is', () => {
  const web = renderView('containers', {}, alpha).nodes.get(containerId('alpha-web-2'))
  expect(web?.metadata?.find(({ id }) => id === 'replica')?.value).toBe('2')
})

test('a container that two probes report, as where one asks the Docker daemon of the other, counts once', () => {
  const told = (host: string) =>
    held(
      report({
        host,
        nodes: [containerNode('alpha', 'web', { image: 'nginx:1.27' }), imageNode('alpha', 'nginx:1.27')],
      }),
    )
  for (const reports of [[told('alpha')], [told('alpha'), told('beta')]]) {
    const [image, ...others] = renderView('containers-by-image', {}, reports).nodes.values()
    expect(others).toEqual([])
    expect(image?.labelMinor).toBe('1 container')
  }
})
