import { expect, it } from 'vitest'
import type { Edge } from '../../../../src/api/types.ts'
import { edgeFacts, edgeFigures, edgeMoreFacts, edgeSummary } from '../../../../web/domain/edge/edge-facts.ts'
import { edge } from '../../support/graph.ts'

const plain = (text: string) => text.replaceAll('\u202f', ' ')
const none = { refused: 0, timedOut: 0, unreachable: 0, outOfPorts: 0, other: 0 }

const told = (facts: typeof edgeFacts | typeof edgeMoreFacts, more: Partial<Edge>) =>
  Object.fromEntries(facts(edge('a', 'b', more), Date.now()).map(({ label, value }) => [label, plain(value)]))

it.each<[Partial<Edge>, Record<string, string | undefined>]>([
  [
    { failed: 3, failedBy: { ...none, refused: 2, timedOut: 1 }, failedPerSecond: 1 },
    { Failed: '3 connections: 2 refused, 1 timed out, 1/s' },
  ],
  [{ failed: 1, failedBy: { ...none, unreachable: 1 } }, { Failed: '1 connection: unreachable' }],
  [{}, { Failed: 'none', Handshake: 'not measured', Lasted: 'not measured', 'Round trip': 'not measured' }],
  [{ reset: 2, resetBy: { client: 0, server: 2 } }, { Reset: '2 connections by the server' }],
  [
    { reset: 3, resetBy: { client: 1, server: 2 }, lost: 1 },
    { Reset: '3 connections: 1 by the client, 2 by the server', Lost: '1 connection' },
  ],
  [
    {
      connectTime: { count: 9, p50Us: 1000, p95Us: 3_000_000 },
      duration: { count: 1, p50Us: 5000, p95Us: 5000 },
    },
    { Handshake: 'half within 1 ms, 95 % within 3 s', Lasted: '95 % within 5 ms' },
  ],
  [
    { rttUs: 20, smoothedRttUs: 5000 },
    { 'Round trip': '20 µs', 'Smoothed RTT': '5 ms' },
  ],
])('tells on the card: %j', (more, expected) => {
  expect(told(edgeMoreFacts, more)).toMatchObject(expected)
})

it.each([edgeFacts, edgeMoreFacts])('tells since when it fails: %o', (facts) => {
  const now = new Date(2026, 4, 3, 15, 0)
  const since = new Date(2026, 4, 3, 14, 2).toISOString()
  const failing = edge('a', 'b', { failed: 3, failedPerSecond: 1 })
  const line = { label: 'Failing', value: 'since 14:02', tone: 'fail' }
  const lines = facts(failing, now.getTime(), since)
  expect(lines[lines.findIndex(({ label }) => label === 'Failed') + 1]).toEqual(line)
  expect(facts(failing, now.getTime())).not.toContainEqual(line)
  expect(facts(failing, now.getTime() + 86_400_000, since)).toContainEqual({
    ...line,
    value: `since ${new Date(since).toLocaleDateString()} 14:02`,
  })
})

it('tells how long an edge has been quiet', () => {
  const quiet = edge('a', 'b', { open: 0, opened: 3, quietSeconds: 180 })
  expect(edgeFacts(quiet, 0)).toContainEqual({ label: 'Open now', value: '0, quiet for 3 min' })
  expect(edgeFigures(quiet)[0]).toEqual({ label: 'Open now', value: '0', more: 'quiet for 3 min' })
})

it('tells below the pointer what was measured, and nothing of what was not', () => {
  expect(
    told(edgeFacts, {
      failed: 2,
      failedBy: { ...none, timedOut: 2 },
      connectTime: { count: 9, p50Us: 1, p95Us: 3000 },
      duration: { count: 9, p50Us: 1, p95Us: 700_000 },
      reset: 1,
    }),
  ).toMatchObject({
    Failed: '2 connections: timed out',
    Handshake: 'p50 1 µs · p95 3 ms',
    Lasted: 'p50 1 µs · p95 700 ms',
    Reset: '1',
  })
  const quiet = told(edgeFacts, {})
  for (const label of ['Failed', 'Handshake', 'Lasted', 'Round trip', 'Reset', 'Lost'])
    expect(quiet).not.toHaveProperty(label)
})

it('tells nothing of what was not counted', () => {
  const link = edge('a', 'b', { told: true, open: 1, opened: 0 })
  expect(edgeFacts(link, 0)).toEqual([{ label: 'Connection', value: 'established' }])
  expect(edgeFigures(link)).toEqual([{ label: 'Connection', value: 'established', more: '' }])
  expect(edgeMoreFacts(link, Date.now()).map(({ label }) => label)).toEqual(['Since', 'Traffic'])
  expect(edgeFacts({ ...link, open: 0 }, 0)).toEqual([{ label: 'Connection', value: 'not established yet' }])
  expect(edgeSummary(link)).toEqual(['established'])
})

it.each<[Partial<Edge>, readonly string[]]>([
  [{ open: 2, opened: 30 }, ['2 open', '30 opened']],
  [{ open: 0, opened: 1, failed: 1 }, ['0 open', '1 opened', '1 connection failed']],
  [{ open: 0, told: true }, ['not established yet']],
])('is read aloud: %j', (more, expected) => {
  expect(edgeSummary(edge('a', 'b', more))).toEqual(expected)
})
