import { describe, expect, it } from 'vitest'
import type { Edge } from '../../../../src/api/types.ts'
import { edgeFacts, edgeFigures, edgeMoreFacts } from '../../../../web/domain/edge/edge-facts.ts'
import {
  edgeWidth,
  failingShare,
  isFailing,
  isQuiet,
  paceStep,
} from '../../../../web/domain/edge/edge-look.ts'
import { settings } from '../../../../web/settings.ts'
import { edge } from '../../support/graph.ts'

describe('edges', () => {
  it.each([
    [0, 1],
    [100, 1],
    [100_000, 2.5],
    [100_000_000, 4],
    [1e12, 4],
  ])('at %d B/s are %d px wide', (rate, width) => {
    expect(edgeWidth(edge('a', 'b', { bytesSentPerSecond: rate }), settings.edge)).toBeCloseTo(width, 5)
  })

  it.each([
    [{}, 0],
    [{ openedPerSecond: 0.5 }, 1],
    [{ openedPerSecond: 30 }, 2],
    [{ bytesReceivedPerSecond: 600_000 }, 3],
  ])('%o moves at pace %d', (numbers, step) => {
    expect(paceStep(edge('a', 'b', numbers), settings.traffic.steps)).toBe(step)
  })

  it.each([
    ['at rest', {}, false, false],
    ['failing now', { failedPerSecond: 1 }, false, true],
    ['failed lately', { failed: 1 }, true, true],
    ['failed long ago, works since', { failed: 1 }, false, false],
    ['never worked', { failed: 3, opened: 0, open: 0 }, false, true],
  ])('%s', (_, numbers, lately, failing) => {
    expect(isFailing(edge('a', 'b', numbers), lately)).toBe(failing)
  })

  it('tell failures first, and only what was measured', () => {
    const labels = (numbers: object) => edgeFacts(edge('a', 'b', numbers), 0).map((line) => line.label)
    expect(labels({ failed: 2, failedPerSecond: 0.5 })[0]).toBe('Failed')
    expect(labels({})).not.toContain('Round trip')
    expect(labels({ rttUs: 100 })).toContain('Round trip')
    expect(edgeFacts(edge('a', 'b', { ports: [1, 2, 3, 4, 5, 6, 7], portsTotal: 40 }), 0).at(-1)).toEqual({
      label: 'Ports',
      value: '1, 2, 3, 4, 5, 6 and 34 more',
    })
  })

  it('tell in the card what was measured and what was not', () => {
    const nowMs = Date.parse('2026-01-01T00:00:10.000Z')
    const facts = (numbers: object) =>
      Object.fromEntries(
        edgeMoreFacts(edge('a', 'b', numbers), nowMs).map(({ label, value }) => [label, value]),
      )
    expect(facts({})).toMatchObject({
      Failed: 'none',
      'Round trip': 'not measured',
      Port: '80',
      'Last seen': '10 s ago',
    })
    expect(facts({ failed: 3 }).Failed).toBe('3 connections')
    expect(edgeFigures(edge('a', 'b', { open: 7 }))[0]).toMatchObject({ label: 'Open now', value: '7' })
  })
})

it.each<[Partial<Edge>, boolean]>([
  [{ open: 1 }, false],
  [{ open: 0 }, false],
  [{ open: 0, quietSeconds: 90 }, true],
  [{ open: 1, told: true }, false],
  [{ open: 0, told: true }, true],
])('%j is drawn faint: %s', (more, expected) => {
  expect(isQuiet(edge('a', 'b', more))).toBe(expected)
})

describe('the share of connections that fail', () => {
  it.each<[string, Partial<Edge>, number | undefined]>([
    ['all that is tried now', { open: 0, failedPerSecond: 2 }, undefined],
    ['nearly all', { open: 1, failedPerSecond: 2 }, undefined],
    ['half of what is tried now', { open: 0, failedPerSecond: 2, openedPerSecond: 2 }, 0.5],
    ['few of thousands', { open: 0, failed: 3, failedPerSecond: 0.1, openedPerSecond: 900 }, 0.1],
    ['few beside many that stay open', { open: 600, failedPerSecond: 1 }, 0.1],
    ['of all, when none fails just now', { open: 2, opened: 70, failed: 30 }, 0.3],
    ['of those that were found open, too', { open: 70, opened: 0, failed: 30 }, 0.3],
    ['all there ever was', { open: 0, opened: 0, failed: 30 }, undefined],
    ['not known', { open: 3, opened: 4, failed: 0 }, undefined],
  ])('is %s: %o', (_, numbers, share) => expect(failingShare(edge('a', 'b', numbers))).toBe(share))
})
