import { describe, expect, test } from 'vitest'
import { nodeDetails } from '../../../src/topology/details.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import type { View } from '../../../src/topology/view/view.ts'
import { clientHalf, held, processNode, report, serverHalf } from '../../support/reports/reports.ts'

/** A proxy whose clients, and whose servers, are addresses of this last number; and a job that talks to some of them, too. */
const world = ({
  clients = [],
  servers = [],
  ofJob = [],
  failed = [],
}: Record<string, readonly number[]>) => [
  held(
    report({
      host: 'alpha',
      nodes: [processNode('alpha', 1, { name: 'proxy' }), processNode('alpha', 2, { name: 'job' })],
      connections: [
        ...clients.map((n) =>
          serverHalf('alpha;1', {
            clientAddress: `;10.1.1.${n}`,
            serverAddress: ';10.0.0.1',
            port: 80,
            open: 1,
          }),
        ),
        ...servers.map((n) =>
          clientHalf('alpha;1', {
            clientAddress: ';10.0.0.1',
            serverAddress: `;10.2.2.${n}`,
            port: 80,
            opened: 1,
          }),
        ),
        ...failed.map((n) =>
          clientHalf('alpha;1', {
            clientAddress: ';10.0.0.1',
            serverAddress: `;10.2.2.${n}`,
            port: 80,
            opened: 0,
            failed: 7,
          }),
        ),
        ...ofJob.map((n) =>
          clientHalf('alpha;2', {
            clientAddress: ';10.0.0.1',
            serverAddress: `;10.2.2.${n}`,
            port: 80,
            opened: 1,
          }),
        ),
      ],
    }),
  ),
]

const folded = { group: 'alike' }
const FROM_PROXY = 'group:alike=%alike;addresses;from;alpha;1'

const labels = (
  of: readonly HeldReport[],
  options: Record<string, string> = folded,
  pipeline = new Pipeline(),
) => Array.from(pipeline.view('processes', options, of).nodes.values(), ({ label }) => label).sort()

const whole = ({ nodes, edges, members = new Map(), stats }: View) => ({
  nodes: Object.fromEntries(nodes),
  edges: Object.fromEntries(edges),
  members: Object.fromEntries(members),
  stats,
})

describe('addresses with one and the same neighbour', () => {
  test('are one node when there are four', () => {
    expect(labels(world({ servers: [1, 2, 3, 4] }))).toEqual(['4 addresses', 'proxy'])
    expect(labels(world({ servers: [1, 2, 3] }))).toEqual(['10.2.2.1', '10.2.2.2', '10.2.2.3', 'proxy'])
  })

  test('only in a view that is folded', () => {
    expect(labels(world({ servers: [1, 2, 3, 4] }), {})).toHaveLength(5)
    expect(labels(world({ servers: [1, 2, 3, 4] }), { group: 'host' })).toEqual(['4 addresses', 'alpha'])
  })

  test('clients are not among servers', () => {
    expect(labels(world({ clients: [1, 2, 3, 4], servers: [5, 6, 7] }))).toEqual([
      '10.2.2.5',
      '10.2.2.6',
      '10.2.2.7',
      '4 addresses',
      'proxy',
    ])
  })

  test('what another node talks with as well stays by itself', () => {
    expect(labels(world({ servers: [1, 2, 3, 4, 5], ofJob: [5] }))).toEqual([
      '10.2.2.5',
      '4 addresses',
      'job',
      'proxy',
    ])
  })

  test('open where they are, each marked', () => {
    const nodes = new Pipeline().view(
      'processes',
      { ...folded, open: FROM_PROXY },
      world({ servers: [1, 2, 3, 4] }),
    ).nodes
    expect(nodes.size).toBe(5)
    expect([...nodes.values()].filter(({ group }) => group?.id === FROM_PROXY)).toHaveLength(4)
  })

  test('come when groups are opened that each had too few of them, and open like any', () => {
    const of = ['alpha', 'beta'].map((host, i) =>
      held(
        report({
          host,
          nodes: [processNode(host, 1, { name: 'worker' })],
          connections: [1, 2].map((n) =>
            clientHalf(`${host};1`, {
              clientAddress: `;10.0.0.${i}`,
              serverAddress: `;10.2.${i}.${n}`,
              port: 80,
              open: 1,
            }),
          ),
        }),
      ),
    )
    const shown = (open: string) => [
      ...new Pipeline().view('processes-by-name', { group: 'host', open }, of).nodes.keys(),
    ]
    const addresses = ['0.1', '0.2', '1.1', '1.2'].map((n) => `pseudo:address:;10.2.${n}`)
    const hosts = ['group:host=alpha', 'group:host=beta']
    const alike = 'group:host=%alike;addresses;from;worker'
    expect(shown('').sort()).toEqual([...hosts, ...addresses])
    expect(shown(hosts.join()).sort()).toEqual([alike, 'worker'])
    expect(shown([...hosts, alike].join()).sort()).toEqual([...addresses, 'worker'])
  })

  test('have one edge, which fails when one of them does', () => {
    const { edges } = new Pipeline().view('processes', folded, world({ servers: [1, 2, 3], failed: [4] }))
    expect(
      Array.from(edges.values(), ({ source, target, opened, failed }) => [source, target, opened, failed]),
    ).toEqual([['alpha;1', FROM_PROXY, 3, 7]])
  })

  test('are found by the name of one of them', () => {
    const pipeline = new Pipeline()
    const found = (text: string) => [
      ...pipeline
        .filtered('processes', folded, { text, query: parseQuery(text) }, world({ servers: [1, 2, 3, 4] }))
        .nodes.keys(),
    ]
    expect(found('10.2.2.3')).toEqual([FROM_PROXY])
    expect(found('10.2.2.9')).toEqual([])
  })

  test('the card lists the connections of each, and that of one of them tells where it is', () => {
    const of = world({ servers: [1, 2, 3, 4] })
    const details = (id: string) => nodeDetails('processes', id, folded, of, () => [])
    const [inbound] = details(FROM_PROXY)?.connections ?? []
    expect(
      inbound?.connections.flatMap(({ metadata }) => metadata.find(({ id }) => id === 'remote')?.value ?? []),
    ).toEqual(['10.2.2.1', '10.2.2.2', '10.2.2.3', '10.2.2.4'])
    expect(details('pseudo:address:;10.2.2.1')?.group?.id).toBe(FROM_PROXY)
  })

  test('are suggested to be folded, and how many nodes that makes, whatever is shown', () => {
    const pipeline = new Pipeline()
    const of = world({ clients: [1, 2, 3, 4, 5], servers: [1, 2, 3, 4] })
    for (const options of [{}, folded, { ...folded, open: FROM_PROXY }, { group: 'host' }]) {
      const [view] = pipeline.describe(of, { processes: options })
      expect(view?.suggested).toEqual({ group: 'alike', label: 'Alike addresses', count: 3, of: 10 })
      expect(view?.groups?.find(({ value }) => value === 'alike')?.count).toBe(2)
    }
  })

  test('come and go as if the view were made anew each time', () => {
    const pipeline = new Pipeline()
    let seed = 7
    const some = (): number[] =>
      Array.from({ length: 7 }, (_, i) => i + 1).filter(() => {
        seed = (seed * 48271) % 2147483647
        return seed % 3 > 0
      })
    for (let step = 0; step < 200; step++) {
      const of = world({ clients: some(), servers: some(), ofJob: some().slice(0, 2) })
      for (const options of [{}, folded, { ...folded, open: FROM_PROXY }]) {
        expect(whole(pipeline.view('processes', options, of))).toEqual(
          whole(new Pipeline().view('processes', options, of)),
        )
        expect(pipeline.parts('processes', options, of).leafCounts).toEqual(
          new Pipeline().parts('processes', options, of).leafCounts,
        )
      }
    }
  })
})
