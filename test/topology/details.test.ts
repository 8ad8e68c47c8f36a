import { expect, test } from 'vitest'
import { facts, metrics } from '../../src/report/facts.ts'
import { nodeDetails } from '../../src/topology/details.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import { showEverything } from '../../src/topology/view/options/options.ts'
import { containerId, containerNode, held, pair, processNode, report } from '../support/reports/reports.ts'
import { shopDetails as details, shopReports as reports } from './node-details/shop.ts'

test.each([
  [{}, []],
  [
    { [facts.listeningAddresses]: ['0.0.0.0:80', '[::1]:81'], [facts.reachableFromOutside]: true },
    ['Listening on: 0.0.0.0:80, [::1]:81', 'Reachable from outside: yes'],
  ],
  [
    { [facts.listeningAddresses]: ['127.0.0.1:80'], [facts.reachableFromOutside]: false },
    ['Listening on: 127.0.0.1:80', 'Reachable from outside: no'],
  ],
  [
    {
      [facts.listeningAddresses]: ['[::]:80'],
      [facts.reachableFromOutside]: false,
      [facts.weaveReachable]: true,
    },
    ['Listening on: [::]:80', 'Reachable from outside: yes'],
  ],
  [
    { [facts.listeningAddresses]: ['127.0.0.1:80'], [facts.weaveReachable]: true },
    ['Listening on: 127.0.0.1:80', 'Reachable from outside: no'],
  ],
  [
    { [facts.listeningAddresses]: ['127.0.0.1:80', '[::1]:80'] },
    ['Listening on: 127.0.0.1:80, [::1]:80', 'Reachable from outside: no'],
  ],
  [
    { [facts.listeningAddresses]: ['127.0.0.1:80', '0.0.0.0:81'] },
    ['Listening on: 127.0.0.1:80, 0.0.0.0:81'],
  ],
])('where it listens: %o', (known, expected) => {
  const listening = held(
    report({
      nodes: [
        processNode('alpha', 10, { container: 'web', facts: known }),
        containerNode('alpha', 'web', { facts: known }),
      ],
    }),
  )
  for (const [viewId, id] of [
    ['processes', 'alpha;10'],
    ['containers', containerId('web')],
  ] as const) {
    const { metadata = [] } = nodeDetails(viewId, id, { unconnected: 'show' }, [listening], () => []) ?? {}
    const told = metadata.filter(({ label }) => /^Listening|^Reachable/.test(label))
    expect(told.map(({ label, value }) => `${label}: ${value}`)).toEqual(expected)
  }
})

test('a node that the options hide is found all the same', () => {
  expect(details('containers', containerId('old'))).toMatchObject({ label: 'old', state: 'exited' })
  expect(nodeDetails('containers', 'nothing', {}, reports, () => [])).toBeUndefined()
})

test('whatever options of a view hide a node, it is told of, and so are connections to it', () => {
  for (const { options } of catalogue)
    for (const { id } of options) expect(Object.keys(showEverything)).toContain(id)
  const stacks = held(
    report({
      nodes: [
        processNode('alpha', 10, { container: 'web' }),
        processNode('alpha', 20, { container: 'db' }),
        containerNode('alpha', 'web', { labels: { 'com.docker.stack.namespace': 'shop' } }),
        containerNode('alpha', 'db', { labels: { 'com.docker.stack.namespace': 'data' } }),
      ],
      connections: [pair('alpha;10', 'alpha;20', 5432)],
    }),
  )
  const find = (name: string) =>
    nodeDetails('containers', containerId(name), { namespace: 'shop' }, [stacks], () => [])
  expect(find('db')?.label).toBe('db')
  expect(find('web')?.connections[1].connections.map(({ label }) => label)).toEqual(['db'])
})

test('metrics with the samples that are held', () => {
  const samples = [
    { date: '2026-01-01T00:00:00.000Z', value: 1 },
    { date: '2026-01-01T00:00:01.000Z', value: 50 },
  ]
  const found = nodeDetails('containers', containerId('web'), {}, reports, (nodeId, metricId) =>
    nodeId === containerId('web') ? (metricId === metrics.containerCpu ? samples : []) : [],
  )
  expect(found?.metrics).toEqual([
    {
      id: metrics.containerCpu,
      label: 'CPU',
      format: 'percent',
      priority: 1,
      value: 12.34,
      min: 1,
      max: 200,
      maxIsLimit: true,
      samples,
      url: '',
    },
    {
      id: metrics.containerMemory,
      label: 'Memory',
      format: 'filesize',
      priority: 2,
      value: 4096,
      min: 4096,
      max: 4096,
      samples: [],
      url: '',
    },
  ])
})

test('tables of labels and image', () => {
  const tables = details('containers', containerId('db')).tables ?? []
  expect(tables.map(({ id }) => id)).toEqual(['image_table'])
  expect(tables[0]?.rows.find(({ id }) => id === 'label_Size')?.entries.value).toBe('187 MB')
  const [labels] = details('containers', containerId('web')).tables ?? []
  expect(labels?.rows.map(({ entries }) => [entries.label, entries.value])).toEqual([
    ['app', 'shop'],
    ['tier', 'front'],
  ])
})

test('the environment where it was sent', () => {
  const telling = held(
    report({
      nodes: [
        containerNode('alpha', 'web', { facts: { [facts.containerEnvironment]: ['LANG=C', 'OPTS=a=b'] } }),
      ],
    }),
  )
  const [environment] = nodeDetails('containers', containerId('web'), {}, [telling], () => [])?.tables ?? []
  expect(environment).toMatchObject({
    id: 'docker_env_',
    label: 'Environment variables',
    rows: [{ entries: { label: 'LANG', value: 'C' } }, { entries: { label: 'OPTS', value: 'a=b' } }],
  })
})

test('the process that a process is a child of, when it is still the same one', () => {
  const born = (ticks: number, ppid = 0) => ({ [facts.startTicks]: ticks, [facts.ppid]: ppid })
  const family = held(
    report({
      nodes: [
        processNode('alpha', 1, { facts: born(5) }),
        processNode('alpha', 10, { facts: born(50, 1) }),
        processNode('alpha', 11, { facts: born(60, 99) }),
        processNode('alpha', 99, { facts: born(70, 1) }),
        processNode('alpha', 12, { facts: { ...born(60, 1), [facts.exited]: true } }),
      ],
    }),
  )
  const parentOf = (pid: number) =>
    nodeDetails('processes', `alpha;${pid}`, { unconnected: 'show' }, [family], () => [])?.parents?.find(
      ({ topologyId }) => topologyId === 'processes',
    )?.id
  expect([1, 10, 11, 12].map(parentOf)).toEqual([undefined, 'alpha;1', undefined, undefined])
})

test.each([
  [{ [facts.uid]: 1000, [facts.user]: 'ann' }, 'User', 'ann (1000)', undefined],
  [{ [facts.uid]: 1000 }, 'User', '1000', undefined],
  [{ [facts.processState]: 'stopped' }, 'State', 'stopped by a signal', 'paused'],
  [{ [facts.processState]: 'uninterruptible' }, 'State', 'waits for a device (uninterruptible)', undefined],
  [{ [facts.executable]: '/bin/a (deleted)' }, 'Executable', '/bin/a (deleted)', undefined],
  [{ [facts.workingDirectory]: '/srv' }, 'Working directory', '/srv', undefined],
])('of a process with %j', (known, label, value, state) => {
  const one = held(report({ nodes: [processNode('alpha', 10, { facts: known })] }))
  const node = nodeDetails('processes', 'alpha;10', { unconnected: 'show' }, [one], () => [])
  expect(node?.metadata?.find((row) => row.label === label)?.value).toBe(value)
  expect(node?.state).toBe(state)
})

test.each([
  [{ [facts.containerCpuLimit]: 0.5 }, 'CPU limit', '0.5 CPUs'],
  [{ [facts.containerMemoryLimit]: 1024 }, 'Memory limit', '1024'],
  [{ [facts.containerRestartPolicy]: 'on-failure:3' }, 'Restart policy', 'on-failure:3'],
  [{ [facts.containerHealthOutput]: 'exit code 1\nno' }, 'Health check said', 'exit code 1\nno'],
  [
    { [facts.containerState]: 'exited', [facts.containerExitCode]: 137, [facts.containerOomKilled]: true },
    'State',
    'exited (exit code 137, out of memory)',
  ],
])('of a container with %j', (known, label, value) => {
  const one = held(report({ nodes: [containerNode('alpha', 'web', { facts: known })] }))
  const node = nodeDetails(
    'containers',
    containerId('web'),
    { stopped: 'both', unconnected: 'show' },
    [one],
    () => [],
  )
  expect(node?.metadata?.find((row) => row.label === label)?.value).toBe(value)
})
