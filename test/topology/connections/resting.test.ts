import { describe, expect, test } from 'vitest'
import type { ConnectionRecord } from '../../../src/report/schema.ts'
import { quietSecondsOf } from '../../../src/topology/connections/quiet.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { renderView } from '../../../src/topology/render.ts'
import { clientHalf, pair, processNode, serverHalf } from '../../support/reports/reports.ts'
import { ALPHA, BETA, everything, host, polling, testCases, toBeta } from './cases.ts'

const NOW_MS = 700_000
const ago = (seconds: number) => NOW_MS - 1000 * seconds
const REST = { open: 0, opened: 9, closed: 9, sinceMs: 0, lastMs: ago(300) }

/** A host whose processes, with pids 1, 2, …, tell one record each. */
const telling = (
  name: string,
  ip: string,
  of: (process: string) => readonly ConnectionRecord[],
  more: Parameters<typeof host>[2] = {},
): HeldReport => {
  const pids = [1, 2]
  return host(name, ip, {
    uptimeMs: NOW_MS,
    nodes: pids.map((pid) => processNode(name, pid, { name: `${name}-${pid}` })),
    connections: pids.flatMap((pid) => of(`${name};${pid}`)),
    ...more,
  })
}
const alpha = (of: Record<string, Partial<ConnectionRecord>>): HeldReport =>
  telling('alpha', ALPHA, (id) => (of[id] ? [clientHalf(id, { ...toBeta, ...of[id] })] : []))
const beta = (of: Record<string, Partial<ConnectionRecord>>, more?: Parameters<typeof host>[2]): HeldReport =>
  telling('beta', BETA, (id) => (of[id] ? [serverHalf(id, { ...toBeta, ...of[id] })] : []), more)

testCases('connections that rest', {
  'are joined as others are': {
    held: [alpha({ 'alpha;1': REST }), beta({ 'beta;1': REST })],
    processes: ['alpha-1 -> beta-1 :5432 opened=9'],
  },
  'are not joined with a server that was started after they ended': {
    held: [
      alpha({ 'alpha;1': REST, 'alpha;2': { opened: 2, sinceMs: ago(20), lastMs: ago(1) } }),
      beta({ 'beta;2': { opened: 2, sinceMs: ago(20), lastMs: ago(1) } }),
    ],
    processes: ['alpha-2 -> beta-2 :5432 opened=2'],
  },
  'are left out when the client that made them has ended': {
    held: [alpha({}), beta({ 'beta;1': REST })],
    processes: [],
    hosts: [],
  },
  'are kept when the host of the other end does not see all': {
    held: [alpha({ 'alpha;1': REST }), beta({}, { status: polling })],
    processes: ['alpha-1 -> beta :5432 opened=9'],
  },
  'are kept when nobody watches the other end': {
    held: [alpha({ 'alpha;1': REST })],
    processes: ['alpha-1 -> 10.0.0.2 :5432 opened=9'],
  },
  'are kept when they failed: no process was reached': {
    held: [alpha({ 'alpha;1': { ...REST, opened: 0, closed: 0, failed: 3 } }), beta({})],
    processes: ['alpha-1 -> beta :5432 opened=0 failed=3'],
  },
  'are not left out while a connection is open': {
    held: [alpha({ 'alpha;1': { ...REST, open: 1 } }), beta({})],
    processes: ['alpha-1 -> beta :5432 opened=9'],
  },
})

describe('how long nothing has happened', () => {
  test.each([
    [0, 14_999, 0],
    [0, 15_000, 15],
    [0, 59_999, 30],
    [0, 60_000, 60],
    [0, 599_000, 300],
    [0, 3_599_000, 1800],
    [1, 599_000, 0],
    [0, -5, 0],
  ])('with %i open, and %i ms since the last event', (open, ageMs, seconds) => {
    expect(quietSecondsOf(open, ageMs)).toBe(seconds)
  })

  const edgesOf = (...records: readonly Partial<ConnectionRecord>[]) => {
    const processes = [processNode('alpha', 1, { name: 'app' }), processNode('alpha', 2, { name: 'db' })]
    const reports = [
      host('alpha', ALPHA, {
        uptimeMs: NOW_MS,
        nodes: processes,
        connections: records.map((record, i) => pair('alpha;1', 'alpha;2', 80 + i, record)),
      }),
    ]
    const { edges } = renderView('processes', everything, reports)
    return [...edges.values()].map(({ quietSeconds }) => quietSeconds)
  }
  test('is that of what happened last among what an edge sums', () => {
    expect(edgesOf(REST)).toEqual([300])
    expect(edgesOf(REST, { ...REST, lastMs: ago(31) })).toEqual([30])
    expect(edgesOf(REST, { ...REST, lastMs: ago(3) })).toEqual([undefined])
    expect(edgesOf(REST, { ...REST, open: 1 })).toEqual([undefined])
  })
})
