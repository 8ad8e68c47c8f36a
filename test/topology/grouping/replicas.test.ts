import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { facts } from '../../../src/report/facts.ts'
import type { ConnectionRecord, ReportNode } from '../../../src/report/schema.ts'
import { nameStem } from '../../../src/topology/grouping/replicas.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { containerNode, held, hostNode, pair, processNode, report } from '../../support/reports/reports.ts'

describe('what names of replicas have in common', () => {
  test.each([
    ['worker-1', 'worker'],
    ['worker_12', 'worker'],
    ['worker12', 'worker'],
    ['web.3', 'web'],
    ['job-x7k2q', 'job'],
    ['job-20260105-3f9a2b1c', 'job'],
    ['cart-7d9f8b6c5-x2k4p', 'cart'],
    ['node-exporter', 'node-exporter'],
    ['web', 'web'],
    ['7', '7'],
    ['3f9a2b1c', '3f9a2b1c'],
  ])('%s: %s', (name, stem) => expect(nameStem(name)).toBe(stem))
})

test('a number or an ending at random behind a name changes nothing of what it has in common with others', () => {
  const part = fc.stringMatching(/^[a-z]{1,8}$/)
  const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('-'))
  const ending = fc.oneof(
    fc.nat().map((n) => `-${n}`),
    fc.stringMatching(/^[-_.][a-f]{1,4}\d[a-f\d]{3,6}$/),
    fc.stringMatching(/^-[bcdfghjklmnpqrstvwxz]{5}$/),
  )
  fc.assert(
    fc.property(name, ending, (of, end) => {
      expect(nameStem(`${of}${end}`)).toBe(nameStem(of))
      expect(nameStem(nameStem(of))).toBe(nameStem(of))
    }),
  )
})

const everything = { system: 'all', stopped: 'both', pseudo: 'show', unconnected: 'show' }
const on = (host: string, nodes: readonly ReportNode[], connections: readonly ConnectionRecord[] = []) =>
  held(report({ host, nodes: [hostNode(host), ...nodes], connections }))
const labels = (viewId: string, of: readonly HeldReport[], group = 'replicas') =>
  Array.from(
    new Pipeline().view(viewId, { ...everything, group }, of).nodes.values(),
    ({ label, labelMinor }) => `${label}: ${labelMinor}`,
  ).sort()

const container = (name: string, { image = 'shop/worker:1', networks = ['shop'], host = 'alpha' } = {}) =>
  containerNode(host, name, { image, facts: { [facts.containerNetworks]: networks } })

describe('containers that are replicas by all that is known', () => {
  test('are one, on one host or many, whatever the tag of their image', () => {
    const of = [
      on('alpha', [container('worker-1'), container('worker-2'), container('web', { image: 'shop/web:1' })]),
      on('beta', [container('worker-3', { image: 'shop/worker:2', host: 'beta' })]),
    ]
    expect(labels('containers', of)).toEqual(['web: alpha', 'worker: ×3 on 2 hosts'])
    expect(labels('containers', of.slice(0, 1))).toEqual(['web: alpha', 'worker: ×2 on alpha'])
  })

  test.each([
    ['an image of their own', container('worker-2', { image: 'shop/mailer:1' })],
    ['a name of their own', container('mailer-2')],
    ['networks of their own', container('worker-2', { networks: ['shop', 'mail'] })],
  ])('but not with %s', (_what, other) => {
    expect(labels('containers', [on('alpha', [container('worker-1'), other])])).toHaveLength(2)
  })

  test('and so are those of a service, as its labels tell', () => {
    const ofService = (name: string) =>
      containerNode('alpha', name, {
        image: 'shop/worker:1',
        labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'worker' },
      })
    const of = [on('alpha', [ofService('shop-worker-1'), ofService('other'), container('shop-worker-2')])]
    expect(labels('containers', of)).toEqual(['shop-worker-2: alpha', 'shop-worker: ×2 on alpha'])
  })
})

describe('processes that are replicas by all that is known', () => {
  const child = (pid: number, name: string, ppid: number, unit?: string) =>
    processNode('alpha', pid, {
      name,
      facts: { [facts.ppid]: ppid, ...(unit === undefined ? {} : { [facts.systemdUnit]: unit }) },
    })

  test('are one, when they are of one program, parent and unit', () => {
    const workers = [2, 3, 4].map((pid) => child(pid, 'nginx', 1))
    const of = [on('alpha', [child(1, 'nginx', 0), ...workers, child(5, 'cache', 1), child(6, 'nginx', 5)])]
    expect(labels('processes', of)).toEqual([
      'cache: alpha (5)',
      'nginx: alpha (1)',
      'nginx: alpha (6)',
      'nginx: ×3 on alpha',
    ])
  })

  test('but not those of two units, nor those whose parent nobody knows', () => {
    const apart = [child(2, 'java', 1, 'search.service'), child(3, 'java', 1, 'queue.service')]
    expect(labels('processes', [on('alpha', apart)])).toHaveLength(2)
    const orphans = [2, 3].map((pid) => processNode('alpha', pid, { name: 'java' }))
    expect(labels('processes', [on('alpha', orphans)])).toHaveLength(2)
  })
})

describe('a view of processes of which many are workers', () => {
  const child = (pid: number, name: string, ppid: number) =>
    processNode('alpha', pid, { name, facts: { [facts.ppid]: ppid } })
  const workersOf = (name: string, first: number, count: number) =>
    Array.from({ length: count }, (_, at) => child(first + 1 + at, name, first))
  const machine = (nginx: number, postgres: number) => {
    const nodes = [
      ...[child(1, 'systemd', 0), child(10, 'nginx', 1), child(100, 'postgres', 1), child(200, 'app', 1)],
      ...workersOf('nginx', 10, nginx),
      ...workersOf('postgres', 100, postgres),
    ]
    const calls = (name: string, port: number, isServer: boolean) =>
      nodes
        .filter((one) => one.name === name && one.id !== 'alpha;10' && one.id !== 'alpha;100')
        .map(({ id }) => (isServer ? pair('alpha;200', id, port) : pair(id, 'alpha;200', port)))
    return [on('alpha', nodes, [...calls('nginx', 8080, false), ...calls('postgres', 5432, true)])]
  }
  const suggested = (of: readonly HeldReport[]) =>
    new Pipeline().describe(of, {}).find(({ url }) => url.endsWith('/processes'))?.suggested

  test('opens with one node for those of each server', () => {
    const of = machine(8, 16)
    const found = suggested(of)
    expect(found).toMatchObject({ group: 'replicas', count: 3, of: 25 })
    const view = new Pipeline().view('processes', { group: found?.group ?? '' }, of)
    expect([...view.nodes.values()].map(({ label, labelMinor }) => `${label}: ${labelMinor}`).sort()).toEqual(
      ['app: alpha (200)', 'nginx: ×8 on alpha', 'postgres: ×16 on alpha'],
    )
  })

  test('opens as it is, when there are fewer than four of each', () =>
    expect(suggested(machine(3, 3))).toBeUndefined())
})

describe('folding replicas without a label', () => {
  const fleet = (count: number) => [
    on('alpha', [
      ...Array.from({ length: count }, (_, i) => container(`worker-${i}`)),
      ...Array.from({ length: 6 }, (_, i) =>
        container(`job-${'abcdef'[i]}1b2c`, { image: `shop/${i >> 1}:1` }),
      ),
    ]),
  ]
  const suggested = (of: readonly HeldReport[]) =>
    new Pipeline().describe(of, { containers: everything }).find(({ url }) => url.endsWith('/containers'))
      ?.suggested

  test('is suggested for a view with too many nodes, and leaves as many as was told', () => {
    const of = fleet(60)
    expect(suggested(of)).toMatchObject({ group: 'replicas', label: 'Replicas', of: 66 })
    expect(labels('containers', of)).toHaveLength(suggested(of)?.count ?? 0)
  })

  test('is not, for one that can be taken in as it is', () => expect(suggested(fleet(20))).toBeUndefined())

  test('is offered where it does more than folding services', () => {
    const offered = (of: readonly HeldReport[]) =>
      new Pipeline()
        .describe(of, { containers: everything })
        .find(({ url }) => url.endsWith('/containers'))
        ?.groups?.map(({ value }) => value) ?? []
    expect(offered(fleet(20))).toContain('replicas')
    const service = {
      labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
      image: 'shop/web:1',
    }
    const labelled = [
      on('alpha', [1, 2].map((n) => containerNode('alpha', `web-${n}`, service)).concat(container('db'))),
    ]
    expect(offered(labelled)).toContain('service')
    expect(offered(labelled)).not.toContain('replicas')
  })
})
