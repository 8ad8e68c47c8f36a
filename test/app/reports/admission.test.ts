import { describe, expect, it } from 'vitest'
import {
  type ProbeMemory,
  refuseGoodbye,
  refuseReport,
  remember,
  silenceLimitMs,
} from '../../../src/app/reports/admission.ts'
import { RateBases } from '../../../src/app/reports/held/rate-bases.ts'
import { makeDelta } from '../../../src/report/delta/make-delta.ts'
import { ratesAgainstBase } from '../../../src/topology/connections/rates.ts'
import { held, hexOf, pair, processNode, report } from '../../support/reports/reports.ts'

const epoch = hexOf('now', 16)
const memory: ProbeMemory = { epoch, seq: 5, uptimeMs: 10_000, replaced: [hexOf('old', 16)] }

const alone = { holder: undefined, count: 0, maxProbes: 2 }

describe('refuseReport', () => {
  const code = (
    parts: Parameters<typeof report>[0],
    known: ProbeMemory | null = memory,
    base: number | null = null,
    maxProbes = 2,
  ) => {
    const of = report({ epoch, uptimeMs: 20_000, ...parts })
    const message = base === null ? of : makeDelta(report({ epoch, seq: base }), of)
    const own = known === null ? undefined : held(report({ epoch: known.epoch, seq: known.seq }))
    const holder = of.host.id === 'beta' ? held(report({ host: 'beta' })) : undefined
    return refuseReport(message, known ?? undefined, own, { holder, count: 1, maxProbes })?.code
  }

  it.each<[string, string | undefined, Parameters<typeof code>]>([
    ['the first of a probe', undefined, [{ seq: 1 }, null]],
    ['any number, to an app that was started again', undefined, [{ seq: 700 }, null]],
    ['the next', undefined, [{ seq: 6 }]],
    ['one after a gap', undefined, [{ seq: 90 }]],
    ['the same again', 'stale_seq', [{ seq: 5 }]],
    ['an older one', 'stale_seq', [{ seq: 4 }]],
    ['a clock that went back', 'clock_went_back', [{ seq: 6, uptimeMs: 9999 }]],
    ['a new epoch, from its beginning', undefined, [{ seq: 1, uptimeMs: 5, epoch: hexOf('new', 16) }]],
    ['an epoch replaced by one that is there', 'key_in_use', [{ seq: 900, epoch: hexOf('old', 16) }]],
    ['a change of the report held', undefined, [{ seq: 6 }, memory, 5]],
    ['a change of an older report', 'need_full', [{ seq: 6 }, memory, 4]],
    ['a change of a report that never was', 'need_full', [{ seq: 9 }, memory, 8]],
    ['a change, when nothing is held', 'need_full', [{ seq: 6 }, null, 5]],
    ['a change of a report of another epoch', 'need_full', [{ seq: 6, epoch: hexOf('new', 16) }, memory, 5]],
    ['a change that names another host', 'need_full', [{ host: 'gamma', seq: 6 }, memory, 5]],
    ['a change that comes again', 'stale_seq', [{ seq: 5 }, memory, 5]],
    ['a change with the host of another', 'host_taken', [{ host: 'beta', seq: 6 }, memory, 5]],
    ['the host of another live probe', 'host_taken', [{ host: 'beta', seq: 6 }]],
    ['one more probe than may report', 'too_many_probes', [{ seq: 1 }, null, null, 1]],
    ['the next of a probe, when no more are taken', undefined, [{ seq: 6 }, memory, null, 1]],
  ])('%s: %s', (_name, expected, given) => {
    expect(code(...given)).toBe(expected)
  })

  it('lets an epoch that is over begin anew when nobody with its key is there', () => {
    const replaced = report({ epoch: hexOf('old', 16), seq: 900 })
    expect(refuseReport(replaced, memory, undefined, alone)?.code).toBe('epoch_replaced')
  })

  it('names the host where a copy of the probe reports', () => {
    const own = held(report({ host: 'clone', epoch }))
    const refusal = refuseReport(report({ epoch: hexOf('old', 16) }), memory, own, alone)
    expect(refusal?.message).toMatch(/same probe\.key reports from the host clone/)
  })

  it('names the probe that has the host', () => {
    const holder = held(report({ host: 'beta' }))
    const refusal = refuseReport(report({ host: 'beta' }), undefined, undefined, { ...alone, holder })
    expect(refusal?.message).toContain(hexOf('beta', 16))
    expect(refusal?.field).toBe('host.id')
  })
})

describe('remember', () => {
  it('replaces an epoch, and knows a bounded number of those before', () => {
    let known: ProbeMemory | undefined
    for (let n = 0; n < 1100; n += 1)
      known = remember(known, report({ epoch: n.toString(16).padStart(16, '0') }).envelope)
    expect(known?.epoch).toBe('000000000000044b')
    expect(known?.replaced).toHaveLength(1024)
    expect(known?.replaced.at(-1)).toBe('000000000000044a')
  })
})

it.each([
  [15_000, 1000, 15_000],
  [15_000, 60_000, 180_000],
  [100, 100, 300],
])('a window of %d ms and an interval of %d ms allow %d ms of silence', (windowMs, intervalMs, expected) => {
  expect(silenceLimitMs(windowMs, report({ intervalMs }).envelope)).toBe(expected)
})

describe('RateBases', () => {
  const basesOf = (uptimes: readonly number[]): (number | undefined)[] => {
    const bases = new RateBases()
    return uptimes.map((uptimeMs) => bases.next(report({ uptimeMs }))?.envelope.uptimeMs)
  }

  it.each<[string, number[], (number | undefined)[]]>([
    ['a report a second', [1000, 2000, 3001, 3990, 5000, 6000], [undefined, 1000, 1000, 1000, 2000, 3001]],
    ['reports far apart', [0, 60_000, 120_000], [undefined, 0, 60_000]],
    ['a burst', [1000, 1400, 1800, 2200, 4000, 4400], [undefined, undefined, undefined, 1000, 1000, 1400]],
    [
      'a fast burst, thinned',
      [0, 100, 200, 300, 400, 950, 3250],
      [undefined, undefined, undefined, undefined, undefined, 0, 300],
    ],
  ])('%s', (_name, uptimes, expected) => {
    expect(basesOf(uptimes)).toEqual(expected)
  })

  const nodes = [processNode('alpha', 1), processNode('alpha', 2), processNode('alpha', 3)]
  const calm = pair('alpha;1', 'alpha;2', 80)
  const busy = {
    ...pair('alpha;1', 'alpha;3', 80, { opened: 7, failed: 1, bytesSent: 900, bytesReceived: 70 }),
    clientPorts: [40_001],
    durations: { from: 3, counts: [1, 2] },
    connectTimes: { from: 1, counts: [4] },
  }

  it('keeps the records of a report that the next tells alike, and no samples', () => {
    const bases = new RateBases()
    const metrics = [{ node: 'alpha;1', id: 'process_threads', samples: [[0, 1] as [number, number]] }]
    const first = { ...report({ uptimeMs: 1000, nodes, metrics }), connections: [busy, calm] }
    bases.next(first)
    const base = bases.next({ ...report({ uptimeMs: 4000, nodes }), connections: [calm, busy] })
    expect(base).toEqual({ ...first, metrics: [] })
    expect(base?.connections[0]).toBe(busy)
    expect(base?.connections[1]).toBe(calm)
    expect(first.metrics).toEqual(metrics)
  })

  it.each([
    ['at once', [4000]],
    ['by several reports that have the same base', [2000, 3000]],
  ])('keeps no histograms of what is told otherwise %s, and the same rates', (_, uptimes) => {
    const bases = new RateBases()
    const first = { ...report({ uptimeMs: 1000, nodes }), connections: [busy, calm] }
    bases.next(first)
    for (const [i, uptimeMs] of uptimes.entries()) {
      const connections = [{ ...busy, opened: 17 + i, bytesSent: 1900 + i }, calm]
      const next = { ...report({ uptimeMs, nodes }), connections }
      const base = bases.next(next)
      expect(base?.connections[0]).not.toHaveProperty('durations')
      expect(base?.connections[0]).not.toHaveProperty('connectTimes')
      expect(base?.connections[1]).toBe(calm)
      const ratesOf = (rateBase: typeof base) => {
        const of = ratesAgainstBase({ report: next, ...(rateBase && { rateBase }) })
        return connections.map(of)
      }
      expect(ratesOf(base)).toEqual(ratesOf(first))
      expect(ratesOf(base)[0]?.openedPerSecond).toBeGreaterThan(0)
    }
    expect(first.connections[0]).toBe(busy)
  })
})

describe('refuseGoodbye', () => {
  const own = held(report({ epoch, seq: 5 }))
  const goodbye = { probeId: own.report.envelope.probeId, epoch, seq: 5 }

  it.each<[string, string | undefined, Parameters<typeof refuseGoodbye>]>([
    ['after the report that is held', undefined, [goodbye, own, true]],
    ['after one that was lost', undefined, [{ ...goodbye, seq: 9 }, own, true]],
    ['after an older report', 'stale_seq', [{ ...goodbye, seq: 4 }, own, true]],
    ['again', 'not_reported', [goodbye, undefined, true]],
    ['of another epoch', 'not_reported', [{ ...goodbye, epoch: hexOf('old', 16) }, own, true]],
    ['of a verified probe, without the cluster key', 'not_reported', [goodbye, own, false]],
    [
      'of an unverified probe, with the cluster key',
      'not_reported',
      [goodbye, { ...own, verified: false }, true],
    ],
    ['of an unverified probe', undefined, [goodbye, { ...own, verified: false }, false]],
  ])('%s: %s', (_name, expected, given) => {
    expect(refuseGoodbye(...given)?.code).toBe(expected)
  })
})
