import { describe, expect, it } from 'vitest'
import type { ProbeSummary } from '../../../../src/api/types.ts'
import { isLate, lateWords, probesOf } from '../../../../web/domain/words/late.ts'

const probe = (hostname: string, ageMs: number, intervalMs = 1000): ProbeSummary => ({
  id: hostname,
  hostname,
  hostId: `${hostname}~00000000`,
  version: '1',
  lastSeen: '2026-01-01T00:00:00.000Z',
  ageMs,
  intervalMs,
  verified: true,
  cpuPercent: null,
  rssBytes: 1,
  collectors: [],
  omitted: {},
})

describe('isLate', () => {
  it.each([
    [4000, 1000, false],
    [4001, 1000, true],
    [4001, 3000, false],
    [62_001, 30_000, true],
  ])('takes a report of %i ms ago, at an interval of %i ms, as overdue: %s', (ageMs, intervalMs, late) => {
    expect(isLate({ ageMs, intervalMs })).toBe(late)
  })
})

describe('lateWords', () => {
  it('says nothing while reports come in time', () => {
    expect(lateWords([])).toBeUndefined()
    expect(lateWords([probe('a', 900), probe('b', 9000, 5000)])).toBeUndefined()
  })

  it('names those that are overdue, and the age of what is shown of each', () => {
    expect(lateWords([probe('a', 900), probe('b', 8400), probe('c', 75_000)])).toBe(
      'No report from b for 8 s, c for 1 min 15 s: what is shown there may no longer be so.',
    )
  })
})

describe('probesOf', () => {
  const probes = [probe('a', 0), probe('b', 0)]
  const of = (...nodes: Parameters<typeof probesOf>[0]) =>
    probesOf(nodes, probes).map(({ hostname }) => hostname)
  const on = (id: string, topologyId = 'hosts') => ({ id, label: id, topologyId })

  it('finds the host itself, what is on it, and what is left of it in a view', () => {
    expect(of({ id: 'a~00000000;<host>' })).toEqual(['a'])
    expect(
      of({ id: 'b~00000000;17', parents: [on('x;<container>', 'containers'), on('b~00000000;<host>')] }),
    ).toEqual(['b'])
    expect(of({ id: 'pseudo:uncontained:a~00000000', pseudo: true })).toEqual(['a'])
  })

  it('finds several: of an image, of the ends of an edge', () => {
    expect(of({ id: 'i', parents: [on('a~00000000;<host>'), on('b~00000000;<host>')] })).toEqual(['a', 'b'])
    expect(of({ id: 'a~00000000;<host>' }, { id: 'b~00000000;<host>' })).toEqual(['a', 'b'])
  })

  it('finds none for what no host is known of, whatever it is called', () => {
    expect(of({ id: 'in-theinternet', pseudo: true })).toEqual([])
    expect(of({ id: 'x:a~00000000', parents: [on('a~00000000;<host>', 'containers')] })).toEqual([])
    expect(of({ id: 'c~00000000;<host>' })).toEqual([])
  })
})
