import { expect, it } from 'vitest'
import { targetLines } from '../../../src/cli/status/describe-targets.ts'
import type { PublishStatus } from '../../../src/probe/publish/publish-status.ts'

const nowMs = Date.parse('2026-01-02T15:00:00Z')
const at = (agoMs: number) => new Date(nowMs - agoMs).toISOString()
const sent = { lastSuccessAt: at(9000), lastBytes: 12_400, lastDurationMs: 35, intervalMs: 1000 }

it.each<[PublishStatus, string]>([
  [{ url: 'http://10.0.0.5:4040', state: 'waiting', reason: '' }, 'http://10.0.0.5:4040: waiting'],
  [
    { url: 'http://one:4040', address: '10.0.0.5', state: 'ok', reason: '', ...sent },
    'http://one:4040 (10.0.0.5): ok, last report 1 s ago (12.4 kB, answered in 35 ms)',
  ],
  [
    { url: 'http://[fd00::5]:4040', address: 'fd00::5', state: 'ok', reason: '', ...sent, lastBytes: 900 },
    'http://[fd00::5]:4040: ok, last report 1 s ago (900 B, answered in 35 ms)',
  ],
  [
    {
      url: 'http://one:4040',
      state: 'ok',
      reason: '',
      ...sent,
      intervalMs: 6000,
      lastDurationMs: 3200,
      lastBytes: 2.5e6,
    },
    'http://one:4040: ok, slow: every 6 s, last report 1 s ago (2.5 MB, answered in 3.2 s)',
  ],
  [
    {
      url: 'http://one:4040',
      state: 'ok',
      reason: 'it holds another cluster key',
      unproven: true,
      distrust: 'x',
    },
    'http://one:4040: ok (it holds another cluster key), unverified there',
  ],
  [
    { url: 'http://one:4040', state: 'away', reason: 'no answer within 15 s', lastSuccessAt: at(180_000) },
    'http://one:4040: away (no answer within 15 s), last report 3 min ago',
  ],
  [
    { url: 'http://10.0.0.5:4040', origin: 'discovered', state: 'ok', reason: '' },
    'http://10.0.0.5:4040: ok, found on the local network',
  ],
  [
    {
      url: 'http://scope.weave.local:4040',
      address: '10.32.0.2',
      origin: 'discovered',
      state: 'ok',
      reason: '',
    },
    'http://scope.weave.local:4040 (10.32.0.2): ok, found by weaveDNS',
  ],
  [
    { url: 'http://tpyo:4040', state: 'unresolved', reason: 'no address of this name' },
    'http://tpyo:4040: unresolved (no address of this name)',
  ],
])('%j', (app, line) => {
  expect(targetLines([app], { writtenMs: nowMs - 8000, nowMs }, 1000)).toEqual([`publishes to ${line}`])
})

it('has a line for each, none when there is none, and no times from the future', () => {
  const times = { writtenMs: nowMs, nowMs }
  expect(targetLines([], times)).toEqual([])
  const ahead: PublishStatus = {
    url: 'http://one:4040',
    state: 'ok',
    reason: '',
    lastSuccessAt: at(-3_600_000),
  }
  expect(targetLines([ahead, ahead], times)).toEqual(
    Array(2).fill('publishes to http://one:4040: ok, last report 0 s ago'),
  )
})
