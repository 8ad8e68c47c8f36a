import { expect, test } from 'vitest'
import type { Report } from '../../../src/report/schema.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  pair,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'
import { type Asked, fromScratch, whatViewsSay } from './worlds.ts'

const ebpf: Report['status'] = [
  { id: 'connections', mode: 'ebpf', state: 'ok', reason: '', sinceMs: 0, counters: {} },
]
const polled: Report['status'] = [
  { id: 'connections', mode: 'proc', state: 'degraded', reason: '', sinceMs: 0, counters: {} },
]

/** Asks one pipeline about all sets in turn. @returns the labels of the nodes, set by set */
const labelsOfEach = (asked: Asked, sets: readonly (readonly HeldReport[])[]): string[][] => {
  const pipeline = new Pipeline()
  return sets.map((reports) => {
    expect(whatViewsSay(pipeline, [asked], reports)).toEqual(fromScratch([asked], reports))
    const { nodes } = pipeline.view(asked.view, asked.options, reports)
    return [...nodes.values()].map(({ label, labelMinor }) => `${label}: ${labelMinor}`).sort()
  })
}

test('a group loses a member whose last connection another host disproves, though its edges stay', () => {
  const toBeta = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2' }
  const alpha = held(
    report({
      host: 'alpha',
      uptimeMs: 3_600_000,
      nodes: [processNode('alpha', 1, { name: 'busy' }), processNode('alpha', 2, { name: 'idle' })],
      addresses: [address('10.0.0.2', { kind: 'global' })],
      connections: [
        clientHalf('alpha;1', { ...toBeta, port: 80, open: 1, opened: 1 }),
        clientHalf('alpha;2', { ...toBeta, port: 81, open: 0, opened: 1, closed: 1, lastMs: 1000 }),
      ],
      status: ebpf,
    }),
  )
  const beta = (status: Report['status']) =>
    held(
      report({
        host: 'beta',
        nodes: [processNode('beta', 1), processNode('beta', 2)],
        addresses: [address('10.0.0.2', { kind: 'global' }, { owners: ['beta;<host>'] })],
        connections: [pair('beta;1', 'beta;2', 90, { open: 1 })],
        status,
      }),
    )
  const [before, after] = labelsOfEach({ view: 'processes', options: { group: 'host' } }, [
    [alpha, beta(polled)],
    [alpha, beta(ebpf)],
  ])
  expect(before).toEqual(['alpha: 2 processes', 'beta: 2 processes'])
  expect(after).toEqual(['alpha: 1 process', 'beta: 2 processes'])
})

test('connections end at a group as long as any host has it', () => {
  const alpha = held(
    report({
      host: 'alpha',
      nodes: [processNode('alpha', 1, { name: 'client' })],
      connections: [
        clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';10.9.0.2', port: 80, open: 1 }),
      ],
    }),
  )
  const beta = held(
    report({
      host: 'beta',
      nodes: [containerNode('beta', 'quiet', { image: 'nginx:1' })],
      addresses: [address('10.9.0.2', { kind: 'global' }, { owners: [containerId('quiet')] })],
    }),
  )
  const gamma = held(
    report({
      host: 'gamma',
      nodes: [
        containerNode('gamma', 'loud', { image: 'nginx:1' }),
        processNode('gamma', 1, { container: 'loud' }),
        processNode('gamma', 2, { container: 'loud' }),
      ],
      connections: [pair('gamma;1', 'gamma;2', 90, { open: 1 })],
    }),
  )
  const [without, withGroup, again] = labelsOfEach({ view: 'processes', options: { group: 'image' } }, [
    [alpha, beta],
    [alpha, beta, gamma],
    [alpha, beta],
  ])
  expect(without).toHaveLength(2)
  expect(withGroup).toEqual([expect.stringMatching(/^client: /), expect.stringMatching(/^nginx: /)])
  expect(again).toEqual(without)
})

test.each([
  ['another host', 'gamma'],
  ['its own host', 'beta'],
])('connections end at a group of services as soon as it has two members, which are of %s', (_, host) => {
  const service = { labels: { 'com.docker.swarm.service.name': 'prod_web' } }
  const toQuiet = { clientAddress: ';10.0.0.1', serverAddress: ';10.9.0.2', port: 80, open: 1 }
  const alpha = held(
    report({
      host: 'alpha',
      nodes: [processNode('alpha', 1, { name: 'client' })],
      connections: [clientHalf('alpha;1', toQuiet)],
    }),
  )
  const quiet = containerNode('beta', 'quiet', service)
  const addresses = [address('10.9.0.2', { kind: 'global' }, { owners: [containerId('quiet')] })]
  const members = (name: string) => [
    ...(host === 'beta' ? [quiet] : []),
    ...['one', 'two'].map((id) => containerNode(host, id, service)),
    processNode(host, 1, { container: 'one', name: 'nginx' }),
    processNode(host, 2, { container: 'two', name }),
  ]
  const connections = [pair(`${host};1`, `${host};2`, 90, { open: 1 })]
  const reports = (name: string) => [
    alpha,
    ...(host === 'beta' ? [] : [held(report({ host: 'beta', nodes: [quiet], addresses }))]),
    held(report({ host, nodes: members(name), connections, addresses: host === 'beta' ? addresses : [] })),
  ]
  const asked = { view: 'processes-by-name', options: { group: 'service' } }
  const [ofOne, ofTwo, again] = labelsOfEach(asked, [reports('nginx'), reports('worker'), reports('nginx')])
  expect(ofOne).toHaveLength(3)
  expect(ofTwo).toEqual([expect.stringMatching(/^client: /), expect.stringMatching(/^prod_web: /)])
  expect(again).toEqual(ofOne)
})

/** A host whose container `web` is connected to by a process of another host, which tells of it, too. */
const connected = ({
  web,
  ...ends
}: {
  readonly web: Parameters<typeof containerNode>[2]
  readonly serverAddress: string
  readonly clientPort: number
  readonly serverPort: number
}) => {
  const from = { clientAddress: ';10.0.0.1', open: 1 }
  const alpha = held(
    report({
      host: 'alpha',
      nodes: [processNode('alpha', 1, { name: 'client' })],
      connections: [clientHalf('alpha;1', { ...from, serverAddress: ';10.0.0.2', port: ends.clientPort })],
    }),
  )
  const beta = held(
    report({
      host: 'beta',
      nodes: [
        containerNode('beta', 'web', web),
        processNode('beta', 1, { name: 'server', container: 'web' }),
      ],
      addresses: [address('10.0.0.2', { kind: 'global' }, { owners: ['beta;<host>'] })],
      connections: [
        serverHalf('beta;1', { ...from, serverAddress: ends.serverAddress, port: ends.serverPort }),
      ],
    }),
  )
  return { alpha, beta }
}

test('connections to another host end at the group that their server is in now', () => {
  const ends = { serverAddress: ';10.0.0.2', clientPort: 80, serverPort: 80 }
  const { alpha, beta } = connected({ web: { image: 'nginx:1' }, ...ends })
  const { beta: moved } = connected({ web: { image: 'httpd:1' }, ...ends })
  const [before, after] = labelsOfEach({ view: 'processes', options: { group: 'image' } }, [
    [alpha, beta],
    [alpha, moved],
  ])
  expect(before).toEqual([expect.stringMatching(/^client: /), expect.stringMatching(/^nginx: /)])
  expect(after).toEqual([expect.stringMatching(/^client: /), expect.stringMatching(/^httpd: /)])
})

test('halves that were told before meet when the port between them is published', () => {
  const ends = { serverAddress: 'beta;172.17.0.2', clientPort: 8080, serverPort: 80 }
  const { alpha, beta } = connected({ web: {}, ...ends })
  const { beta: published } = connected({
    web: { facts: { docker_container_ports: ['0.0.0.0:8080->80/tcp'] } },
    ...ends,
  })
  const [before, after, again] = labelsOfEach({ view: 'processes', options: {} }, [
    [alpha, beta],
    [alpha, published],
    [alpha, beta],
  ])
  expect(before?.length).toBeGreaterThan(2)
  expect(after).toEqual([expect.stringMatching(/^client: /), expect.stringMatching(/^server: /)])
  expect(again).toEqual(before)
})

test('an address is named as the client asked for it last', () => {
  const alpha = (serverName: string) =>
    held(
      report({
        host: 'alpha',
        nodes: [processNode('alpha', 1, { name: 'client' })],
        connections: [
          {
            ...clientHalf('alpha;1', {
              clientAddress: ';10.0.0.1',
              serverAddress: ';10.9.9.9',
              port: 80,
              open: 1,
            }),
            serverName,
          },
        ],
      }),
    )
  const [before, after] = labelsOfEach({ view: 'processes', options: {} }, [
    [alpha('old.example')],
    [alpha('new.example')],
  ])
  expect(before).toContainEqual(expect.stringContaining('old.example'))
  expect(after).toContainEqual(expect.stringContaining('new.example'))
})

/** Asks one pipeline about reports of one host, each of which has what the one before has but for a part. */
const labelsOfSuccessive = (
  view: string,
  first: HeldReport,
  others: readonly HeldReport[],
  ...parts: readonly ((report: Report) => Partial<Report>)[]
): string[][] => {
  const all = [first]
  for (const part of parts) {
    const before = all.at(-1) ?? first
    all.push({ ...before, report: { ...before.report, ...part(before.report) } })
  }
  return labelsOfEach(
    { view, options: {} },
    all.map((one) => [one, ...others]),
  )
}

const client = (serverAddress: string, more: Partial<Parameters<typeof clientHalf>[1]> = {}) =>
  report({
    host: 'alpha',
    uptimeMs: 1000,
    nodes: [processNode('alpha', 1, { name: 'client' })],
    addresses: [],
    connections: [
      clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress, port: 80, open: 1, ...more }),
    ],
    status: ebpf,
  })

test.each([
  ['its container', {}, containerId('old')],
  [
    'the container behind its published port',
    { facts: { docker_container_ports: ['0.0.0.0:80->8080/tcp'] } },
    'beta;<host>',
  ],
])('an address is named after %s as that is named now', (_, container, owner) => {
  const beta = report({
    host: 'beta',
    nodes: [containerNode('beta', 'old', container)],
    addresses: [address('10.0.0.2', { kind: 'global' }, { owners: [owner] })],
  })
  const [before, after] = labelsOfSuccessive(
    'processes',
    held(beta),
    [held(client(';10.0.0.2'))],
    ({ nodes }) => ({
      nodes: nodes.map((node) => (node.topology === 'container' ? { ...node, name: 'new' } : node)),
    }),
  )
  expect(before).toContainEqual(expect.stringMatching(/^old: /))
  expect(after).toContainEqual(expect.stringMatching(/^new: /))
})

test('a private address that the own host has on a network belongs to who holds it there now', () => {
  const alpha = client(';172.17.0.3', { clientAddress: ';172.17.0.2' })
  const nodes = ['first', 'second'].map((name) => containerNode('alpha', name))
  const ownedBy = (name: string) => [
    address('172.17.0.3', { kind: 'host', hostId: 'alpha' }, { owners: [containerId(name)] }),
  ]
  const [before, after] = labelsOfSuccessive(
    'processes',
    held({ ...alpha, nodes: [...alpha.nodes, ...nodes], addresses: ownedBy('first') }),
    [],
    () => ({ addresses: ownedBy('second') }),
  )
  expect(before).toContainEqual(expect.stringMatching(/^first: /))
  expect(after).toContainEqual(expect.stringMatching(/^second: /))
})

test('an open connection that its server has not is shown once it is no longer new, though nobody tells of it again', () => {
  const to = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }
  const beta = held(
    report({
      host: 'beta',
      nodes: [processNode('beta', 1, { name: 'server' })],
      addresses: [address('10.0.0.2', { kind: 'global' }, { owners: ['beta;<host>'] })],
      connections: [serverHalf('beta;1', { ...to, open: 1, clientPorts: [40_000] })],
      status: ebpf,
    }),
  )
  const alpha = client(';10.0.0.2', { clientPorts: [40_001] })
  const [before, after] = labelsOfSuccessive('processes', held(alpha), [beta], ({ envelope }) => ({
    envelope: { ...envelope, uptimeMs: envelope.uptimeMs + 60_000 },
  }))
  expect(before).toHaveLength(2)
  expect(after).toHaveLength(4)
})
