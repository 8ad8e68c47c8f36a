import { describe, expect, test } from 'vitest'
import { facts } from '../../../src/report/facts.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { filterView } from '../../../src/topology/query/filter/filter-view.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { renderView, type View } from '../../../src/topology/render.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { edgesInWords, labels } from '../reading.ts'

const inUnit = (host: string, pid: number, name: string, unit: string, more: Record<string, string[]> = {}) =>
  processNode(host, pid, { name, facts: { [facts.systemdUnit]: unit, ...more } })

/** The labels of the units that a query selects. */
const found = (query: string, view: View) =>
  labels(filterView(view, parseQuery(query), { text: query })).join(' ')

const machine = (host: string) =>
  report({
    host,
    nodes: [
      processNode(host, 2, { name: 'kthreadd' }),
      inUnit(host, 10, 'nginx', 'nginx.service', { [facts.listeningAddresses]: ['0.0.0.0:80'] }),
      inUnit(host, 11, 'nginx', 'nginx.service', { [facts.listeningAddresses]: ['0.0.0.0:80', '[::]:443'] }),
      inUnit(host, 20, 'postgres', 'postgresql@16-main.service'),
      inUnit(host, 30, 'cron', 'cron.service'),
      inUnit(host, 40, 'bash', 'session-4.scope'),
      processNode(host, 50, { name: 'api', container: `${host}-api` }),
      // A container with a systemd of its own.
      processNode(host, 51, {
        name: 'sshd',
        container: `${host}-api`,
        facts: { [facts.systemdUnit]: 'ssh.service' },
      }),
      inUnit(host, 60, 'dockerd', 'docker.service'),
      processNode(host, 70, { name: 'lone' }),
      containerNode(host, `${host}-api`),
    ],
    connections: [
      pair(`${host};10`, `${host};50`, 8080, { opened: 2 }),
      pair(`${host};11`, `${host};51`, 8081, { opened: 3 }),
      pair(`${host};50`, `${host};20`, 5432, { opened: 5 }),
      pair(`${host};10`, `${host};11`, 9000),
      pair(`${host};70`, `${host};10`, 80),
      clientHalf(`${host};40`, { clientAddress: ';10.0.0.1', serverAddress: ';1.1.1.1', port: 443 }),
    ],
  })
const alpha = [held(machine('alpha'))]
const id = (unit: string) => `alpha;${unit};<systemd_unit>`

describe('systemd units', () => {
  test('one node each, of one host; the rest of the machine beside them', () => {
    const rows = [...renderView('systemd-units', {}, alpha).nodes.values()]
      .map(({ id, label, labelMinor, rank, shape, pseudo }) =>
        [id, label, labelMinor, rank, shape, pseudo ? 'pseudo' : ''].join(' | '),
      )
      .sort()
    expect(rows).toEqual([
      'alpha;cron.service;<systemd_unit> | cron | alpha (1 process) | cron | square | ',
      'alpha;docker.service;<systemd_unit> | docker | alpha (1 process) | docker | square | ',
      'alpha;nginx.service;<systemd_unit> | nginx | alpha (2 processes) | nginx | square | ',
      'alpha;postgresql@16-main.service;<systemd_unit> | postgresql@16-main | alpha (1 process) | postgresql@ | square | ',
      'alpha;session-4.scope;<systemd_unit> | session-4.scope | alpha (1 process) | session-4.scope | square | ',
      'out-theinternet | The Internet | Outbound connections | out-theinternet | cloud | pseudo',
      'pseudo:containers:alpha | Containers | alpha | containers:alpha | hexagon | pseudo',
      'pseudo:no-unit:alpha | Other processes | alpha | no-unit:alpha | square | pseudo',
    ])
  })

  test('containers are not the work of the service that runs them', () => {
    expect(edgesInWords(renderView('systemd-units', {}, alpha))).toEqual([
      'Containers -> postgresql@16-main :5432 opened=5',
      'Other processes -> nginx :80 opened=1',
      'nginx -> Containers :8080,8081 opened=5',
      'nginx -> nginx :9000 opened=1',
      'session-4.scope -> out-theinternet :443 opened=1',
    ])
  })

  test.each([
    [{}, 8, 5, 0],
    [{ unconnected: 'hide' }, 6, 3, 2],
    [{ pseudo: 'hide' }, 6, 5, 0],
  ])('numbers with %o', (options, nodes, units, hidden) => {
    const { stats } = renderView('systemd-units', options as Record<string, string>, alpha)
    expect([stats.node_count, stats.nonpseudo_node_count, stats.filtered_nodes]).toEqual([
      nodes,
      units,
      hidden,
    ])
  })

  test('units of one name on two hosts are two', () => {
    const view = renderView('systemd-units', { pseudo: 'hide', unconnected: 'hide' }, [
      ...alpha,
      held(machine('beta')),
    ])
    expect(labels(view).filter((label) => label === 'nginx')).toHaveLength(2)
  })

  test('an address tells of the containers that hold it, not of the unit of a host', () => {
    const failing = (serverAddress: string, port: number) =>
      clientHalf('alpha;10', {
        clientAddress: ';10.0.0.1',
        serverAddress,
        port,
        open: 0,
        opened: 0,
        failed: 1,
      })
    const trying = report({
      nodes: [inUnit('alpha', 10, 'nginx', 'nginx.service'), containerNode('alpha', 'api')],
      connections: [failing('alpha;172.17.0.2', 1), failing(';10.0.0.1', 2)],
      addresses: [
        address('172.17.0.2', { kind: 'host', hostId: 'alpha' }, { owners: [containerId('api')] }),
        address('10.0.0.1', { kind: 'global' }, { owners: ['alpha;<host>'] }),
      ],
    })
    expect(edgesInWords(renderView('systemd-units', {}, [held(trying)]))).toEqual([
      'nginx -> Containers :1 opened=0 failed=1',
      'nginx -> alpha :2 opened=0 failed=1',
    ])
  })

  test('a machine without systemd has no units', () => {
    const view = renderView('systemd-units', {}, [
      held(report({ nodes: [processNode('alpha', 1), processNode('alpha', 2)] })),
    ])
    expect(view.nodes.size).toBe(0)
  })

  test('facts, parents and children', () => {
    const node = nodeDetails('systemd-units', id('nginx.service'), {}, alpha, () => [])
    expect(node?.metadata?.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'Systemd unit: nginx.service',
      'Processes: 2',
      'Listening on: 0.0.0.0:80, [::]:443',
      'Reachable from outside: no',
    ])
    expect(node?.parents?.map(({ id }) => id)).toEqual(['alpha;<host>'])
    expect(node?.children.map(({ topologyId, nodes }) => [topologyId, nodes.map(({ id }) => id)])).toEqual([
      ['processes', ['alpha;10', 'alpha;11']],
    ])
  })

  test('a process links to its unit, and not to one within a container', () => {
    const nodes = renderView('processes', { unconnected: 'show' }, alpha).nodes
    const unitOf = (pid: number) =>
      nodes.get(`alpha;${pid}`)?.parents?.find(({ topologyId }) => topologyId === 'systemd-units')
    expect(unitOf(10)).toEqual({ id: id('nginx.service'), label: 'nginx', topologyId: 'systemd-units' })
    expect([unitOf(50), unitOf(51), unitOf(70)]).toEqual([undefined, undefined, undefined])
  })
})

test('a unit of which only an unverified probe tells is marked, and found as such', () => {
  for (const verified of [true, false]) {
    const view = renderView('systemd-units', {}, [held(machine('alpha'), { verified })])
    const units = [...view.nodes.values()].filter(({ pseudo }) => pseudo !== true)
    expect(units.length).toBeGreaterThan(2)
    expect(new Set(units.map((unit) => unit.verified))).toEqual(new Set([verified ? undefined : false]))
    expect(found('verified:no', view) === '').toBe(verified)
    expect(found('verified:yes', view) === '').toBe(!verified)
  }
})

test('a closed group of which only an unverified probe tells is marked, too', () => {
  const groups = (verified: boolean) =>
    [
      ...renderView('processes', { group: 'host' }, [held(machine('alpha'), { verified })]).nodes.values(),
    ].filter(({ group }) => group !== undefined)
  expect(groups(false).map((group) => group.verified)).toEqual([false])
  expect(groups(true).map((group) => group.verified)).toEqual([undefined])
})

test('a unit is used, or never, where that is known of all its processes that listen', () => {
  const nginx = (pid: number, unused: readonly string[] | undefined) =>
    inUnit('alpha', pid, 'nginx', 'nginx.service', {
      [facts.listeningAddresses]: ['0.0.0.0:80', '[::]:443'],
      ...(unused && { [facts.neverUsedAddresses]: [...unused] }),
    })
  const used = (...nodes: ReturnType<typeof nginx>[]) => {
    const view = renderView('systemd-units', {}, [held(report({ host: 'alpha', nodes }))])
    return ['listen:80 used:never', 'listen:80 used:yes', 'listen:443 used:never'].map((query) =>
      found(query, view),
    )
  }
  expect(used(nginx(1, ['0.0.0.0:80']), nginx(2, ['0.0.0.0:80', '[::]:443']))).toEqual(['nginx', '', ''])
  expect(used(nginx(1, []), nginx(2, ['0.0.0.0:80']))).toEqual(['', 'nginx', ''])
  expect(used(nginx(1, ['0.0.0.0:80']), nginx(2, undefined))).toEqual(['', '', ''])
})
