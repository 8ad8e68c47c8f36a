import { describe, expect, it } from 'vitest'
import { connectionsText, usageText } from '../../../src/cli/status/describe-probe.ts'
import { durationText, momentText } from '../../../src/cli/status/times.ts'
import type { ProbeStatusDocument } from '../../../src/probe/status-file.ts'
import type { CollectorStatus } from '../../../src/report/schema.ts'

const now = new Date(2026, 0, 2, 15, 7, 30)
const startedAt = new Date(2026, 0, 2, 13, 7, 0).toISOString()

const status = (
  connections: Partial<CollectorStatus>,
  more: Partial<ProbeStatusDocument> = {},
): ProbeStatusDocument => ({
  pid: 1,
  startedAt,
  writtenAt: new Date(now.getTime() - 5000).toISOString(),
  usage: { cpuMs: 1, cpuPercent: 0.6, rssBytes: 64_200_000 },
  collectors: [
    {
      ...{ id: 'connections', mode: 'ebpf', state: 'ok', reason: '', sinceMs: 400, counters: {} },
      ...connections,
    },
  ],
  apps: [],
  ...more,
})

it.each([
  [0, '0 s'],
  [-3000, '0 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [3_599_000, '59 min'],
  [7_300_000, '2 h'],
  [86_400_000, '1 day'],
  [200_000_000, '2 days'],
])('%i ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

it('names the day only when it is another', () => {
  expect(momentText(new Date(2026, 0, 2, 3, 4), now)).toBe('03:04')
  expect(momentText(new Date(2025, 11, 31, 23, 59), now)).toBe('2025-12-31 23:59')
})

describe('how the probe sees connections', () => {
  it.each<[string, Partial<CollectorStatus>, string]>([
    [
      'traced',
      {
        counters: { tracked: 1204, events: 48_211, lost: 0, recursionMisses: 0, secondsSinceSnapshot: 7 },
      },
      'tracing with eBPF since 13:07 (2 h): 1,204 connections followed, 48,211 events, 0 lost, last snapshot 12 s ago',
    ],
    [
      'with losses',
      { counters: { tracked: 1, events: 1, lost: 12, recursionMisses: 3, stateFull: 4, repairs: 1 } },
      'tracing with eBPF since 13:07 (2 h): 1 connection followed, 1 event, 12 lost, 3 skipped by the kernel, 4 beyond the size of its table, repaired once',
    ],
    [
      'polled',
      {
        mode: 'proc',
        state: 'degraded',
        reason: 'not root',
        sinceMs: 3_600_000,
        counters: { tracked: 0, polls: 60, unattributed: 2, secondsSinceFullPass: 90 },
      },
      'polling /proc since 14:07 (1 h): 0 connections followed, 60 polls, 2 without a process, last full pass 1 min ago; not root',
    ],
    ['waiting', { state: 'waiting' }, 'has not said yet how it traces'],
  ])('%s', (_, connections, text) => {
    expect(connectionsText(status(connections), now)).toBe(text)
  })

  it('is not known before the collector has said so', () => {
    expect(connectionsText(status({}, { collectors: [] }), now)).toBe('has not said yet how it traces')
  })
})

it('tells what the probe takes', () => {
  expect(usageText(status({}))).toBe('takes 0.6 % of a core, 64 MB')
  const usage = { cpuMs: 1, cpuPercent: null, rssBytes: 64_200_000 }
  expect(usageText(status({}, { usage }))).toBe('takes 64 MB')
})
