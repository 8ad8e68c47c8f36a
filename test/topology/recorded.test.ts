import { describe, expect, test } from 'vitest'
import { isPublic } from '../../src/report/address/ip.ts'
import { nodeDetails } from '../../src/topology/details.ts'
import { Pipeline } from '../../src/topology/pipeline/pipeline.ts'
import { renderView } from '../../src/topology/render.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import type { View } from '../../src/topology/view/view.ts'
import { type Recording, recordedReports, recordedText } from '../support/reports/recorded-reports.ts'
import { edgesInWords } from './reading.ts'

// What is the same however often the recording is made anew: who is there and who talks to whom, not how often.
const ebpf = recordedReports('shop-ebpf')
const proc = recordedReports('shop-proc')

/** Edges without their counts, those of several processes once. */
const edges = (view: View): string[] => [
  ...new Set(edgesInWords(view).map((edge) => edge.replace(/ opened=.*/, ''))),
]

const nodes = (view: View): string[] =>
  [...view.nodes.values()]
    .filter(({ pseudo }) => pseudo !== true)
    .map(
      ({ label, labelMinor, state }) => `${label} (${labelMinor})${state === undefined ? '' : ` ${state}`}`,
    )
    .sort()

const pseudo = (view: View): string[] =>
  [...view.nodes.values()].flatMap((node) => (node.pseudo ? [node.label] : [])).sort()

describe('traced by eBPF, the view', () => {
  const outside = ['10.99.99.99', 'The Internet']
  test.each([
    [
      'containers',
      {},
      outside,
      [
        'bank-app-1 -> bank-db-1 :6379',
        'bank-broken-1 -> bank-db-1 :6380',
        'jobs_runner.1 -> jobs_store.1 :6379',
        'jobs_runner.2 -> jobs_store.1 :6379',
        'shop-load-1 -> shop-web-1 :80',
        'shop-load-1 -> shop-web-2 :80',
        'shop-web-1 -> shop-api-1 :3000',
        'shop-web-2 -> shop-api-1 :3000',
        'shop-webhook-1 -> 10.99.99.99 :80',
        'shop-webhook-1 -> out-theinternet :80',
        'shop-worker-1 -> shop-cache-1 :6379',
      ],
    ],
    [
      'containers',
      { namespace: 'bank', pseudo: 'show' },
      ['Uncontained'],
      ['Uncontained -> bank-db-1 :6379', 'bank-app-1 -> bank-db-1 :6379', 'bank-broken-1 -> bank-db-1 :6380'],
    ],
    [
      'containers',
      { system: 'with:tier=front', pseudo: 'show' },
      ['Uncontained'],
      ['Uncontained -> shop-web-1 :80'],
    ],
    ['containers', { stopped: 'stopped' }, [], []],
    [
      'containers-by-hostname',
      {},
      outside,
      [
        'app -> db :6379',
        'broken -> db :6380',
        'jobs_runner -> jobs_store :6379',
        'load -> web :80',
        'web -> hostname-1 :3000',
        'webhook -> 10.99.99.99 :80',
        'webhook -> out-theinternet :80',
        'worker -> cache :6379',
      ],
    ],
    [
      'containers-by-image',
      {},
      outside,
      [
        'scope-record/nginx -> scope-record/nginx :3000',
        'scope-record/tools -> 10.99.99.99 :80',
        'scope-record/tools -> out-theinternet :80',
        'scope-record/tools -> scope-record/nginx :80',
        'scope-record/tools -> scope-record/redis :6379,6380',
      ],
    ],
    [
      'compose-services',
      {},
      outside,
      [
        'app -> db :6379',
        'broken -> db :6380',
        'load -> web :80',
        'web -> api :3000',
        'webhook -> 10.99.99.99 :80',
        'webhook -> out-theinternet :80',
        'worker -> cache :6379',
      ],
    ],
    [
      'compose-services',
      { namespace: 'bank', pseudo: 'show' },
      ['Unmanaged'],
      ['Unmanaged -> db :6379', 'app -> db :6379', 'broken -> db :6380'],
    ],
    [
      'compose-projects',
      {},
      outside,
      [
        'bank -> bank :6379,6380',
        'shop -> 10.99.99.99 :80',
        'shop -> out-theinternet :80',
        'shop -> shop :80,3000,6379',
      ],
    ],
    ['swarm-services', {}, [], ['jobs_runner -> jobs_store :6379']],
    [
      'systemd-units',
      {},
      [...outside, 'Containers'].sort(),
      [
        'Containers -> 10.99.99.99 :80',
        'Containers -> out-theinternet :80',
        'monitor -> nginx :8089',
        'nginx -> Containers :80',
        'session-4.scope -> Containers :6379',
      ],
    ],
    ['systemd-units', { pseudo: 'hide' }, [], ['monitor -> nginx :8089']],
    ['hosts', {}, outside, ['host-1 -> 10.99.99.99 :80', 'host-1 -> out-theinternet :80']],
  ])('%s with %o', (viewId, options, expectedPseudo, expectedEdges) => {
    const view = renderView(viewId, options as Record<string, string>, ebpf)
    expect(edges(view)).toEqual(expectedEdges)
    expect(pseudo(view)).toEqual(expectedPseudo)
  })

  test('processes-by-name', () => {
    // A port where nobody listens has no process: the connection goes to the container that was meant.
    expect(edges(renderView('processes-by-name', {}, ebpf))).toEqual([
      'curl -> 10.99.99.99 :80',
      'curl -> nginx :80,8089',
      'curl -> out-theinternet :80',
      'nginx -> nginx :80,3000',
      'redis-cli -> bank-db-1 :6380',
      'redis-cli -> redis-server :6379',
    ])
  })

  test('what fails is told as failing', () => {
    const failing = (view: View) =>
      [...view.edges.values()]
        .filter(({ failed }) => failed > 0)
        .map(({ source }) => view.nodes.get(source)?.label)
    expect(failing(renderView('containers', { namespace: 'bank' }, ebpf))).toEqual(['bank-broken-1'])
    expect(failing(renderView('compose-projects', { namespace: 'bank' }, ebpf))).toEqual(['bank'])
  })

  test('bytes and round trips are there', () => {
    const view = renderView('containers', {}, ebpf)
    const edge = [...view.edges.values()].find(
      ({ source }) => view.nodes.get(source)?.label === 'shop-worker-1',
    )
    expect(edge?.bytesSent).toBeGreaterThan(0)
    expect(edge?.bytesReceived).toBeGreaterThan(0)
    expect(edge?.rttUs).toBeGreaterThan(0)
  })
})

describe('polled from /proc, the view', () => {
  // Of short connections some are seen by luck.
  const lasting: Readonly<Record<string, readonly string[]>> = {
    containers: [
      'jobs_runner.1 -> jobs_store.1 :6379',
      'jobs_runner.2 -> jobs_store.1 :6379',
      'shop-web-1 -> shop-api-1 :3000',
      'shop-web-2 -> shop-api-1 :3000',
      'shop-worker-1 -> shop-cache-1 :6379',
    ],
    'compose-services': ['web -> api :3000', 'worker -> cache :6379'],
    'swarm-services': ['jobs_runner -> jobs_store :6379'],
    'systemd-units': ['nginx -> Containers :80', 'session-4.scope -> Containers :6379'],
  }
  test.each(Object.entries(lasting))('%s: connections that last', (viewId, expected) => {
    expect(edges(renderView(viewId, {}, proc))).toEqual(expect.arrayContaining([...expected]))
  })

  test.each(catalogue.map(({ id }) => id))('%s: no edge that eBPF does not see', (viewId) => {
    const seen = new Set(edges(renderView(viewId, {}, ebpf)).map((edge) => edge.replace(/ :.*/, '')))
    for (const edge of edges(renderView(viewId, {}, proc))) expect(seen).toContain(edge.replace(/ :.*/, ''))
  })
})

describe.each([
  ['shop-ebpf', ebpf],
  ['shop-proc', proc],
] as const)('%s', (_name, reports) => {
  test('every container, in its state', () => {
    expect(nodes(renderView('containers', { stopped: 'both', system: 'all' }, reports))).toEqual([
      'agent (host-1)',
      'bank-app-1 (host-1)',
      'bank-broken-1 (host-1)',
      'bank-db-1 (host-1)',
      'jobs_runner.1 (host-1)',
      'jobs_runner.2 (host-1)',
      'jobs_store.1 (host-1)',
      'lone (host-1)',
      'shop-api-1 (host-1)',
      'shop-backup-1 (host-1) created',
      'shop-cache-1 (host-1)',
      'shop-load-1 (host-1)',
      'shop-mail-1 (host-1) paused',
      'shop-migrate-1 (host-1) exited',
      'shop-web-1 (host-1)',
      'shop-web-2 (host-1)',
      'shop-webhook-1 (host-1)',
      'shop-worker-1 (host-1)',
    ])
  })

  test.each([
    [
      'containers-by-image',
      { stopped: 'both', system: 'all' },
      [
        'scope-record/nginx (3 containers)',
        'scope-record/redis (3 containers)',
        'scope-record/tools (12 containers) paused',
      ],
    ],
    ['compose-projects', {}, ['bank (host-1 (3 containers))', 'shop (host-1 (8 containers)) paused']],
    [
      'compose-projects',
      { stopped: 'both' },
      ['bank (host-1 (3 containers))', 'shop (host-1 (10 containers)) paused'],
    ],
    [
      'compose-services',
      { namespace: 'bank' },
      ['app (bank (1 container))', 'broken (bank (1 container))', 'db (bank (1 container))'],
    ],
    [
      'compose-services',
      { stopped: 'stopped' },
      ['backup (shop (1 container))', 'migrate (shop (1 container))'],
    ],
    ['compose-services', { system: 'with:tier=front' }, ['web (shop (2 containers))']],
    ['swarm-services', {}, ['jobs_runner (jobs (2 containers))', 'jobs_store (jobs (1 container))']],
    ['containers', { system: 'system' }, ['agent (host-1)']],
    ['containers', { namespace: 'No stack' }, ['lone (host-1)']],
    ['hosts', {}, ['host-1 ()']],
  ])('%s with %o', (viewId, options, expected) => {
    expect(nodes(renderView(viewId, options as Record<string, string>, reports))).toEqual(expected)
  })

  test('the units of the machine', () => {
    const units = [...renderView('systemd-units', {}, reports).nodes.values()]
    expect(units.flatMap(({ label, pseudo }) => (pseudo ? [] : [label])).sort()).toEqual([
      'cron',
      'monitor',
      'nginx',
      'session-4.scope',
    ])
  })

  test('all views are listed, with the stacks to choose from', () => {
    const views = new Pipeline().describe(reports)
    expect(views.filter(({ stats }) => stats.nonpseudo_node_count === 0)).toEqual([])
    const stacks = views.flatMap(({ options }) => options ?? []).filter(({ id }) => id === 'namespace')
    for (const { options } of stacks)
      expect(options.map(({ value }) => value)).toEqual(['bank', 'jobs', 'shop', 'No stack'])
    expect(stacks).toHaveLength(3)
  })

  test('a container on two networks, with what it belongs to', () => {
    const view = renderView('containers', {}, reports)
    const web = [...view.nodes.values()].find(({ label }) => label === 'shop-web-1')
    const row = (id: string) => web?.metadata?.find((one) => one.id === id)?.value
    expect(row('docker_container_networks')?.split(', ').sort()).toEqual(['back', 'front'])
    expect(row('docker_container_ips')?.split(', ')).toHaveLength(2)
    expect(row('replica')).toBe('1')
    expect(web?.parents?.map(({ topologyId, label }) => `${topologyId} ${label}`)).toEqual([
      'containers-by-image scope-record/nginx',
      'compose-services web',
      'compose-projects shop',
      'hosts host-1',
    ])
  })

  test('details of every node of every view can be told, and name only nodes that are there', () => {
    for (const { id } of catalogue)
      for (const node of renderView(id, {}, reports).nodes.values()) {
        const details = nodeDetails(id, node.id, {}, reports, () => [])
        expect(details, `${id} ${node.id}`).toBeDefined()
        for (const parent of details?.parents ?? [])
          expect(nodeDetails(parent.topologyId, parent.id, {}, reports, () => [])).toBeDefined()
        for (const group of details?.children ?? []) expect(group.columns.length).toBeGreaterThan(0)
      }
  })
})

describe.each<Recording>(['shop-ebpf', 'shop-proc'])('the recording %s', (name) => {
  const text = recordedText(name)

  test('tells nothing of the machine it was made on', () => {
    expect(text).not.toMatch(/scopetest|\/usr|\/tmp|\/home|\/root/)
    const [report] = recordedReports(name)
    expect(report?.report.host).toEqual({ id: 'host-1~00000001', name: 'host-1' })
    for (const { ip } of report?.report.addresses ?? [])
      if (isPublic(ip)) expect(ip).toMatch(/^(203\.0\.113\.|198\.51\.100\.|192\.0\.2\.|2001:db8:)/)
    for (const { facts } of report?.report.nodes ?? [])
      expect(String(facts.cmdline ?? '')).toMatch(/^[\w.+-]*( …)?$/)
  })
})
