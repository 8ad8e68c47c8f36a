import { describe, expect, it } from 'vitest'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { renderView } from '../../../src/topology/render.ts'
import { clientHalf, pair, processNode, serverHalf } from '../../support/reports/reports.ts'
import { ALPHA, BETA, everything, host, polling, workers } from './cases.ts'

/** What is told of each edge of a view, by its source's label. */
const told = (reports: readonly HeldReport[], view = 'processes') =>
  Object.fromEntries(toldOfEach(reports, view))

const toldOfEach = (reports: readonly HeldReport[], view = 'processes') => {
  const { nodes, edges } = renderView(view, everything, reports)
  return [...edges.values()].map(
    ({ source, failed, failedBy, reset, resetBy, duration, connectTime }) =>
      [
        nodes.get(source)?.label,
        {
          failed,
          refused: failedBy?.refused,
          reset: resetBy ? `${resetBy.client}+${resetBy.server}=${reset}` : reset,
          durations: duration?.count,
          connects: connectTime?.count,
        },
      ] as const,
  )
}

const quick = { from: 10, counts: [3] }
const seen = { opened: 3, closed: 3, durations: quick }

describe('how connections went, across hosts', () => {
  const client = { ...seen, connectTimes: { from: 6, counts: [3] }, resetByServer: 1, failed: 2, refused: 2 }
  const server = { opened: 2, closed: 2, durations: { from: 10, counts: [2] }, resetByServer: 2 }
  const both = (status?: typeof polling) => [
    workers(clientHalf, 'alpha', ALPHA, 'app', [client], status),
    workers(serverHalf, 'beta', BETA, 'db', [server]),
  ]

  it('is what the client tells where both are traced: nothing counts twice', () => {
    const expected = { failed: 2, refused: 2, reset: '0+1=1', durations: 3, connects: 3 }
    expect(told(both())).toEqual({ 'app-1': expected })
    expect(told(both(), 'hosts')).toEqual({ alpha: expected })
  })

  it('is what the server tells where the client is polled: without the time of the handshake, and beside it what failed', () => {
    expect(toldOfEach(both(polling))).toEqual([
      ['app-1', { failed: 0, refused: undefined, reset: '0+2=2', durations: 2, connects: undefined }],
      ['app-1', { failed: 2, refused: 2, reset: 0, durations: undefined, connects: undefined }],
    ])
  })

  it('is told of the rest, where a part of those that were folded by prefix is known', () => {
    const reports = [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ ...client, failed: 0, refused: 0 }]),
      workers(serverHalf, 'beta', BETA, 'db', [
        {
          clientAddress: ';10.0.0.0/24',
          opened: 9,
          closed: 9,
          resetByServer: 4,
          durations: { from: 10, counts: [5, 4] },
        },
      ]),
    ]
    expect(told(reports)).toEqual({
      '10.0.0.0/24': { failed: 0, refused: undefined, reset: '0+3=3', durations: 6, connects: undefined },
      'app-1': { failed: 0, refused: undefined, reset: '0+1=1', durations: 3, connects: 3 },
    })
  })
})

it('percentiles of an edge are those of all its connections together, not a mean of means', () => {
  const slow = { from: 20, counts: [1] }
  const view = renderView('processes', everything, [
    host('alpha', ALPHA, {
      nodes: [1, 2].map((pid) => processNode('alpha', pid)),
      connections: [
        pair('alpha;1', 'alpha;2', 80, { closed: 95, durations: { from: 10, counts: [95] } }),
        pair('alpha;1', 'alpha;2', 81, { closed: 1, durations: slow }),
      ],
    }),
  ])
  const [edge] = view.edges.values()
  expect(edge?.duration?.count).toBe(96)
  expect(edge?.duration?.p95Us).toBeLessThan(2049)
})
