import { describe, expect, test } from 'vitest'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import {
  address,
  clientHalf,
  containerNode,
  held,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'
import { viewSaying as saying } from '../../support/reports/saying.ts'
import { edgesInWords } from '../reading.ts'
import { ALPHA, BETA, everything, testCases, toBeta } from './cases.ts'

type Told = Parameters<typeof clientHalf>[1]

/** One connection, which is over. */
const one = { open: 0, opened: 1, closed: 1 }
const at = (port: number, told: Partial<Told> = one): Told => ({ ...toBeta, port, ...told })

/**
 * A host with the containers `<name>-a`, of processes 1 and 2, and `<name>-b`, of 3 and 4.
 *
 * @param told what each process tells, by its pid
 */
const machine = (
  name: string,
  ip: string,
  role: typeof clientHalf,
  told: Readonly<Record<number, readonly Told[]>>,
): HeldReport =>
  held(
    report({
      host: name,
      nodes: [
        ...[1, 2, 3, 4].map((pid) =>
          processNode(name, pid, { name: `${name}-${pid}`, container: `${name}-${pid < 3 ? 'a' : 'b'}` }),
        ),
        ...['a', 'b'].map((letter) =>
          containerNode(name, `${name}-${letter}`, { image: `${name}-${letter}:1` }),
        ),
      ],
      addresses: [address(ip, { kind: 'global' }, { owners: [`${name};<host>`] })],
      connections: Object.entries(told).flatMap(([pid, all]) =>
        all.map((each) => role(`${name};${pid}`, each)),
      ),
    }),
  )

const alpha = (told: Readonly<Record<number, readonly Told[]>>) => machine('alpha', ALPHA, clientHalf, told)
const beta = (told: Readonly<Record<number, readonly Told[]>>) => machine('beta', BETA, serverHalf, told)

// alpha-2 and alpha-3 had a connection each with beta-2 and beta-3, nobody knows who with whom. For certain alpha-1 had one
// with beta-4.
const sharing = [
  alpha({ 1: [at(80)], 2: [at(5432)], 3: [at(5432)] }),
  beta({ 2: [at(5432)], 3: [at(5432)], 4: [at(80)] }),
]

testCases('connections that others may have had', {
  'are a doubt about the containers of those, too': {
    held: sharing,
    processes: [
      'alpha-1 -> beta-4 :80 opened=1',
      'alpha-2 -> beta-2 :5432 opened=1 ~',
      'alpha-3 -> beta-3 :5432 opened=1 ~',
    ],
    containers: [
      'alpha-a -> beta-a :5432 opened=1 ~',
      'alpha-a -> beta-b :80 opened=1 ~',
      'alpha-b -> beta-b :5432 opened=1 ~',
    ],
    hosts: ['alpha -> beta :80,5432 opened=3 ~'],
  },
  'are no doubt where ports say who had them': {
    held: [
      alpha({
        1: [at(80)],
        2: [at(5432, { open: 1, opened: 1, clientPorts: [4001] })],
        3: [at(5432, { open: 1, opened: 1, clientPorts: [4002] })],
      }),
      beta({
        2: [at(5432, { open: 1, opened: 1, clientPorts: [4001] })],
        3: [at(5432, { open: 1, opened: 1, clientPorts: [4002] })],
        4: [at(80)],
      }),
    ],
    containers: [
      'alpha-a -> beta-a :5432 opened=1',
      'alpha-a -> beta-b :80 opened=1',
      'alpha-b -> beta-b :5432 opened=1',
    ],
  },
  'are no doubt about those of whom ports say all': {
    held: [
      alpha({
        1: [at(80), at(5432, { open: 1, opened: 1, clientPorts: [4001] })],
        2: [at(80), at(5432)],
        3: [at(5432)],
      }),
      beta({
        1: [at(5432, { open: 1, opened: 2, closed: 1, clientPorts: [4001] })],
        2: [at(80, { open: 0, opened: 2, closed: 2 }), at(5432)],
      }),
    ],
    processes: [
      'alpha-1 -> beta-1 :5432 opened=1 ~',
      'alpha-1 -> beta-2 :80 opened=1',
      'alpha-2 -> beta-1 :5432 opened=1 ~',
      'alpha-2 -> beta-2 :80 opened=1 ~',
      'alpha-3 -> beta-2 :5432 opened=1 ~',
    ],
  },
  'are a doubt where the servers tell': {
    held: [
      alpha({ 1: [at(5432)], 2: [at(80), at(5432)] }),
      beta({ 1: [at(80), at(5432)], 2: [at(5432)] }),
    ].map((each, i) => ({
      ...each,
      report: {
        ...each.report,
        status: [
          {
            ...{ id: 'connections', mode: i === 0 ? 'proc' : 'ebpf', state: 'ok' as const },
            ...{ reason: '', sinceMs: 0, counters: {} },
          },
        ],
      },
    })),
    processes: [
      'alpha-1 -> beta-1 :5432 opened=1 ~',
      'alpha-2 -> beta-1 :80 opened=1 ~',
      'alpha-2 -> beta-2 :5432 opened=1 ~',
    ],
  },
  'are a doubt where a probe has folded them': {
    held: [
      alpha({ 1: [at(5432)], 2: [at(80), at(5432)] }),
      beta({
        1: [at(80), at(5432, { clientAddress: ';10.0.0.0/24', opened: 100 })],
        2: [at(5432, { clientAddress: ';10.0.0.0/24', opened: 90 })],
      }),
    ],
    processes: [
      '10.0.0.0/24 -> beta-1 :5432 opened=98 ~',
      '10.0.0.0/24 -> beta-2 :5432 opened=90 ~',
      'alpha-1 -> beta-1 :5432 opened=1 ~',
      'alpha-2 -> beta-1 :80,5432 opened=2 ~',
    ],
  },
})

describe('while reports come', () => {
  const known = (port: number) => at(5432, { open: 1, opened: 1, clientPorts: [port] })
  const toldByPort = [
    alpha({ 1: [at(80)], 2: [known(4001)], 3: [known(4002)] }),
    beta({ 2: [known(4001)], 3: [known(4002)], 4: [at(80)] }),
  ]
  const alone = [alpha({ 1: [at(80)] }), beta({ 4: [at(80)] })]

  test.each([
    ['processes', { group: 'container' }],
    ['containers', {}],
    ['containers', { group: 'image' }],
    ['containers-by-image', {}],
  ])('an edge is marked as long as there is a doubt about its nodes: %s %o', (viewId, options) => {
    const pipeline = new Pipeline()
    const markOf = (reports: readonly HeldReport[]): string => {
      const chosen = { ...everything, ...options }
      const view = pipeline.view(viewId, chosen, reports)
      expect(saying(view)).toEqual(saying(new Pipeline().view(viewId, chosen, reports)))
      const found = edgesInWords(view).filter((edge) => edge.includes(':80'))
      expect(found).toHaveLength(1)
      return found[0]?.endsWith('~') ? 'estimated' : 'exact'
    }
    const sets = [alone, sharing, toldByPort, sharing, sharing.toReversed(), alone, sharing]
    expect(sets.map(markOf)).toEqual([
      'exact',
      'estimated',
      'exact',
      'estimated',
      'estimated',
      'exact',
      'estimated',
    ])
  })

  test('a doubt that is gone though all flows are as they were takes the mark with it', () => {
    const open = (...clientPorts: number[]) =>
      at(5432, { open: clientPorts.length, opened: clientPorts.length, clientPorts })
    const clients = alpha({ 1: [at(80), at(5432)], 2: [open(4001, 4003)], 3: [open(4002)] })
    const servers = (second: Told) => beta({ 1: [at(80), open(4001)], 2: [second] })
    const pipeline = new Pipeline()
    const edges = (second: Told) =>
      edgesInWords(pipeline.view('processes', everything, [clients, servers(second)]))
    const others = [
      'alpha-1 -> beta-2 :5432 opened=1 ~',
      'alpha-2 -> beta-1 :5432 opened=1 ~',
      'alpha-2 -> beta-2 :5432 opened=1 ~',
      'alpha-3 -> beta-2 :5432 opened=1 ~',
    ]
    // No server tells yet whose the connection is that has ended.
    expect(edges(open(4002, 4003))).toEqual([...others, 'alpha-1 -> beta-1 :80 opened=1 ~'].sort())
    expect(edges({ ...open(4002, 4003), opened: 3, closed: 1 })).toEqual(
      [...others, 'alpha-1 -> beta-1 :80 opened=1'].sort(),
    )
  })

  test('an edge that is told of again with the same numbers is the same object', () => {
    const pipeline = new Pipeline()
    const edges = (reports: readonly HeldReport[]) =>
      [...pipeline.view('containers', everything, reports).edges.values()].toSorted((a, b) =>
        a.id < b.id ? -1 : 1,
      )
    const before = edges(sharing)
    const again = edges(structuredClone(sharing))
    expect(again).toHaveLength(3)
    for (const [i, edge] of again.entries()) expect(edge).toBe(before[i])
  })
})
