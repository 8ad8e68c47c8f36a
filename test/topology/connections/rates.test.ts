import { describe, expect, test } from 'vitest'
import { renderView } from '../../../src/topology/render.ts'
import { held, pair, processNode, type ReportParts, report } from '../../support/reports/reports.ts'
import { onlyEdge } from '../reading.ts'

const at = (uptimeMs: number, totals: Parameters<typeof pair>[3] | undefined, more: ReportParts = {}) =>
  report({
    uptimeMs,
    nodes: [processNode('alpha', 10), processNode('alpha', 11)],
    connections: totals ? [pair('alpha;10', 'alpha;11', 80, totals)] : [],
    ...more,
  })

const cases = {
  'the difference over the time between the reports': {
    base: at(10_000, { opened: 10, failed: 1, bytesSent: 1000, bytesReceived: 0 }),
    now: at(12_000, { opened: 16, failed: 2, bytesSent: 5000, bytesReceived: 200 }),
    rates: [3, 0.5, 2000, 100],
  },
  'nothing happened: zero': {
    base: at(10_000, { opened: 10, bytesSent: 1000 }),
    now: at(12_000, { opened: 10, bytesSent: 1000 }),
    rates: [0, 0, 0, 0],
  },
  'not in the base: from zero': {
    base: at(10_000, undefined),
    now: at(12_000, { opened: 4, bytesSent: 100 }),
    rates: [2, 0, 50, 0],
  },
  'begun anew since: from zero': {
    base: at(10_000, { opened: 100, sinceMs: 1000 }),
    now: at(12_000, { opened: 4, sinceMs: 11_000 }),
    rates: [2, 0, 0, 0],
  },
  'what was added began earlier: a record goes on': {
    base: at(10_000, { opened: 100, sinceMs: 5000 }),
    now: at(12_000, { opened: 104, sinceMs: 1000, absorbed: { beganMs: 5000, records: [] } }),
    rates: [2, 0, 0, 0],
  },
  'what the base has by itself of what was added since is not counted again': {
    base: at(10_000, undefined, {
      connections: ['c7', 'c8'].map((id) => ({
        ...pair('alpha;10', 'alpha;11', 80, { opened: 3, failed: 1, bytesSent: 50 }),
        id,
      })),
    }),
    now: at(12_000, {
      opened: 10,
      failed: 2,
      bytesSent: 200,
      absorbed: { beganMs: 1000, records: ['c6', 'c7', 'c8'] },
    }),
    rates: [2, 0, 50, 0],
  },
  'not in the base, but all of it happened long before: it was told before that': {
    base: at(30_000, undefined),
    now: at(32_000, { opened: 4, failed: 1, bytesSent: 100, lastMs: 19_000 }),
    rates: [0, 0, 0, 0],
  },
  'not in the base, and happened shortly before: it may have been told late': {
    base: at(30_000, undefined),
    now: at(32_000, { opened: 4, lastMs: 29_000 }),
    rates: [2, 0, 0, 0],
  },
  'never negative': {
    base: at(10_000, { opened: 100 }),
    now: at(12_000, { opened: 4 }),
    rates: [0, 0, 0, 0],
  },
  'no base: nothing is known to move': {
    base: undefined,
    now: at(12_000, { opened: 4 }),
    rates: [0, 0, 0, 0],
  },
  'a base of another epoch is none': {
    base: at(10_000, { opened: 1 }, { epoch: 'a'.repeat(16) }),
    now: at(12_000, { opened: 4 }),
    rates: [0, 0, 0, 0],
  },
  'a base of the same moment is none': {
    base: at(12_000, { opened: 1 }),
    now: at(12_000, { opened: 4 }),
    rates: [0, 0, 0, 0],
  },
  'three digits are enough': {
    base: at(10_000, { bytesSent: 0, opened: 0 }),
    now: at(13_000, { bytesSent: 3_703_701, opened: 1 }),
    rates: [0.333, 0, 1_230_000, 0],
  },
}

describe('rates', () => {
  for (const [title, { base, now, rates }] of Object.entries(cases)) {
    test(title, () => {
      const edge = onlyEdge(renderView('processes', {}, [held(now, base ? { rateBase: base } : {})]))
      expect([
        edge.openedPerSecond,
        edge.failedPerSecond,
        edge.bytesSentPerSecond,
        edge.bytesReceivedPerSecond,
      ]).toEqual(rates)
    })
  }

  test('the same report held against another base gives other rates', () => {
    const now = at(12_000, { opened: 12 })
    const of = (rateBase: ReturnType<typeof at>) =>
      onlyEdge(renderView('processes', {}, [held(now, { rateBase })])).openedPerSecond
    expect([of(at(10_000, { opened: 10 })), of(at(11_000, { opened: 10 }))]).toEqual([1, 2])
  })
})
