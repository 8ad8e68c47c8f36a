import { describe, expect, it } from 'vitest'
import type { Found } from '../../../../tools/bench/app/measure.ts'
import { beside, refused, table, takenShare, describe as tell } from '../../../../tools/bench/app/results.ts'
import { PER_HOST } from '../../../../tools/bench/app/world.ts'

const answers = (ms: number) => ({ firstByteMs: [ms], wholeMs: [2 * ms], notFound: 0, cut: 0 })

const found = (load: Partial<Found['load']>, more: Partial<Found> = {}): Found => ({
  load: { hosts: 50, intervalS: 3, share: 1, views: ['containers', 'processes', 'hosts'], ...load },
  ...{ durationS: 3, cpuPercent: 10 },
  rssMb: { max: 201, end: 150 },
  pssMb: { max: 140, end: 130 },
  ...{ processes: answers(30), details: answers(5), grouped: answers(8) },
  frames: { latenciesMs: [40, 160], lost: 1 },
  posts: { answers: { 200: 9 }, failed: 0 },
  kilobytesPerSecond: 70,
  plainKilobytesPerSecond: new Map([
    ['containers', 101],
    ['processes', 300],
  ]),
  counts: Array.from({ length: load.hosts ?? 50 }, () => PER_HOST),
  ...{ besidePercent: { hosts: 10, reader: 20 }, loadAverage: 1.5 },
  ...more,
})

describe('the results of the bench of an app', () => {
  it.each([
    [7, undefined, '7'],
    [7, 7, '7 (≤ 7 ✓)'],
    [8, 7, '8 (≤ 7 ✗)'],
    [Number.NaN, 7, 'NaN (≤ 7 ✗)'],
  ])('tell what should be: %d and %s', (value, most, text) => {
    expect(beside(value, most)).toBe(text)
  })

  it('have targets for reports of every 3 s that change all', () => {
    expect(table([found({})]).at(-1)).toBe(
      '| 50 | 3 s | 100 % | containers, processes, hosts | 10.0 (≤ 10 ✓) | 201 (≤ 200 ✗) | 30 (≤ 30 ✓) | 8 | 160 (≤ 150 ✗) | 0 | 18 % |',
    )
    for (const load of [{ intervalS: 1 }, { share: 0.1 }, { hosts: 60 }])
      expect(table([found(load)]).at(-1)).not.toContain('≤')
  })

  it('have a target for the bytes of a second at 300 containers', () => {
    const line = (load: Partial<Found['load']>) =>
      tell(found(load)).find((text) => text.includes('to sockets'))
    expect(line({ hosts: 15, intervalS: 1 })).toContain('containers 101 (≤ 100 ✗), processes 300')
    expect(line({ hosts: 15, intervalS: 3 })).toContain('containers 101, processes 300')
  })

  it('tell what was not asked for, and what was cut off', () => {
    const none = { firstByteMs: [], wholeMs: [], notFound: 0, cut: 0 }
    const one = found({ hosts: 1000 }, { processes: none, grouped: { ...answers(8), cut: 1 } })
    const lines = tell(one).join('\n')
    expect(lines).toMatch(/processes +not asked/)
    expect(lines).toMatch(/by host .*; 1 times, 1 cut off/)
    expect(table([one]).at(-1)).toContain('| – | 8 (≤ 100 ✓) |')
  })

  it('count what the app did not take', () => {
    expect(refused(found({}, { posts: { answers: { 200: 5, 409: 2, 503: 3 }, failed: 1 } }))).toBe(6)
  })

  it('tell how many of the reports that were due were taken', () => {
    const posts = { answers: { 200: 150, 503: 30 }, failed: 20 }
    expect(takenShare(found({}, { durationS: 12, posts }))).toBe(0.75)
  })
})
