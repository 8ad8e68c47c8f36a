import { describe, expect, it } from 'vitest'
import { facts, metrics } from '../../../src/report/facts.ts'
import type { CollectorStatus, Fact } from '../../../src/report/schema.ts'
import { containerId, containerNode } from '../../support/reports/reports.ts'
import { type Scene, texts, timeline } from './timeline.ts'

const container = (more: Record<string, Fact>, state = 'running'): Scene => ({
  nodes: [containerNode('alpha', 'mailer', { state, facts: more })],
})

describe('containers', () => {
  it('that are restarted three times within 10 minutes are told, and five times as a loop', () => {
    const { at } = timeline()
    const told = (second: number, restarts: number) =>
      at(second, { alpha: container({ [facts.containerRestarts]: restarts }) })
    told(0, 7)
    expect(texts(told(10, 9))).toEqual([])
    expect(texts(told(20, 10))).toEqual(['3 restarts of mailer within 10 minutes'])
    const loop = told(30, 12)
    expect(texts(loop)).toEqual(['mailer keeps restarting: 5 times within 10 minutes'])
    expect(loop.findings[0]).toMatchObject({ kind: 'restart-loop', severity: 'fail' })
    expect(texts(told(610, 12))).toEqual(['3 restarts of mailer within 10 minutes'])
    expect(texts(told(620, 12))).toEqual(['(3 restarts of mailer within 10 minutes)'])
    expect(told(636, 12).total).toBe(0)
  })

  it('that somebody restarts are told, too, when it is often', () => {
    const { at } = timeline()
    const told = (minute: number) =>
      texts(
        at(minute * 60, { alpha: container({ [facts.containerStarted]: `2026-01-01T00:0${minute}:00Z` }) }),
      )
    expect([told(0), told(1), told(2), told(3)].at(-1)).toEqual(['3 restarts of mailer within 10 minutes'])
  })

  it('that are unhealthy are told until they are healthy again, or gone', () => {
    const { at } = timeline()
    const told = (second: number, health: string) =>
      texts(at(second, { alpha: container({ [facts.containerHealth]: health }) }))
    expect(told(1, 'unhealthy')).toEqual(['mailer is unhealthy'])
    expect(told(2, 'healthy')).toEqual(['(mailer is unhealthy)'])
    expect(told(8, 'unhealthy')).toEqual(['mailer is unhealthy'])
    expect(texts(at(9, { alpha: { nodes: [] } }))).toEqual(['(mailer is unhealthy)'])
    expect(texts(at(24, { alpha: 'same' }))).toEqual([])
  })

  it('of which the kernel killed a process for want of memory are told for 10 minutes', () => {
    const { at } = timeline()
    const told = (second: number, kills: number, epoch?: string) =>
      texts(
        at(second, {
          alpha: {
            ...container({ [facts.containerOomKills]: kills }),
            ...(epoch === undefined ? {} : { epoch }),
          },
        }),
      )
    told(0, 1)
    const text = 'mailer ran out of memory: the kernel killed a process of it'
    expect(told(1, 2)).toEqual([text])
    expect(told(600, 2)).toEqual([text])
    expect(told(601, 2)).toEqual([`(${text})`])
    expect(told(617, 2)).toEqual([])
    // A probe that is started again counts anew.
    expect(told(620, 0, 'ffff000011112222')).toEqual([])
  })

  it.each([
    [metrics.containerCpu, facts.containerCpuLimit, 0.5, 50, 'CPU'],
    [metrics.containerMemory, facts.containerMemoryLimit, 1e9, 1e9, 'memory'],
  ] as const)(
    'that use all of %s for a minute are told, when they have a limit',
    (metric, fact, limit, max, what) => {
      const { at } = timeline()
      const told = (second: number, share: number, limited = true) =>
        texts(
          at(second, {
            alpha: {
              ...container(limited ? { [fact]: limit } : {}),
              metrics: [{ node: containerId('mailer'), id: metric, max, samples: [[0, share * max]] }],
            },
          }),
        )
      const text = `mailer is at its ${what} limit`
      expect([told(0, 0.99), told(59, 1)].flat()).toEqual([])
      expect(told(60, 0.97)).toEqual([text])
      const once = timeline()
      const toldOnce = (second: number, share: number) =>
        texts(
          once.at(second, {
            alpha: {
              ...container({ [fact]: limit }),
              metrics: [{ node: containerId('mailer'), id: metric, max, samples: [[0, share * max]] }],
            },
          }),
        )
      expect([toldOnce(0, 0.96), toldOnce(10, 0.9), toldOnce(60, 0.9), toldOnce(70, 0.9)].flat()).toEqual([])
      expect(told(70, 0.9)).toEqual([text])
      expect(told(80, 0.8)).toEqual([`(${text})`])
      expect(told(96, 0.8)).toEqual([])
      told(100, 1)
      expect(told(160, 1)).toEqual([text])
      expect(told(170, 1, false)).toEqual([`(${text})`])
      expect(told(186, 1, false)).toEqual([])
      // A limit that is back is reached anew.
      expect(told(190, 1)).toEqual([])
      expect(told(250, 1)).toEqual([text])
      const other = timeline()
      for (const second of [0, 60, 120])
        expect(
          other.at(second, {
            alpha: {
              ...container({}),
              metrics: [{ node: containerId('mailer'), id: metric, max, samples: [[0, max]] }],
            },
          }).total,
        ).toBe(0)
    },
  )
})

describe('probes', () => {
  const status = (reason: string, state: CollectorStatus['state'] = 'degraded'): CollectorStatus[] => [
    { id: 'connections', mode: 'proc', state, reason, sinceMs: 2000, counters: {} },
  ]

  it('that fall silent are told until their host reports again, or for 10 minutes', () => {
    const { at } = timeline()
    at(0, { alpha: {}, beta: {} })
    const text = 'The probe of beta fell silent; what it saw is off the map'
    expect(texts(at(3, { alpha: {} }))).toEqual([text])
    expect(texts(at(9, { alpha: {}, beta: {} }))).toEqual([`(${text})`])
    expect(texts(at(60, { alpha: {}, beta: {} }))).toEqual([])
    expect(texts(at(90, { alpha: {} }))).toEqual([text])
    expect(texts(at(661, { alpha: {} }))).toEqual([`(${text})`])
  })

  it('that were stopped are not missed', () => {
    const { at } = timeline()
    at(0, { alpha: {}, beta: {} })
    expect(texts(at(1, { alpha: {} }))).toEqual([])
  })

  it('that see less than all are told with why, and many as one', () => {
    const { at } = timeline()
    const few = at(10, { alpha: { status: status('no BTF in this kernel; see scope doctor.') } })
    expect(texts(few)).toEqual(['The probe of alpha sees less than all: no BTF in this kernel'])
    expect(few.findings[0]).toMatchObject({ severity: 'warn', since: '1970-01-01T00:00:02.000Z' })
    const hosts = Object.fromEntries(
      ['alpha', 'beta', 'gamma', 'delta'].map((h) => [h, { status: status('x') }]),
    )
    expect(texts(at(11, hosts))).toEqual(['4 probes see less than all of their hosts'])
    const { alpha } = hosts
    // One until it has ended, however few are left.
    const well = { status: status('', 'ok') }
    expect(texts(at(11.2, { ...hosts, alpha: well }))).toEqual(['3 probes see less than all of their hosts'])
    expect(texts(at(11.4, { alpha: well, beta: well, gamma: well, delta: hosts.delta ?? 'same' }))).toEqual([
      '1 probe sees less than all of its host',
    ])
    expect(texts(at(11.6, hosts))).toEqual(['4 probes see less than all of their hosts'])
    expect(texts(at(12, { alpha: { status: status('', 'ok') } }))).toEqual([
      '(4 probes see less than all of their hosts)',
    ])
    expect(texts(at(40, { alpha: alpha ?? 'same' }))).toContain('The probe of alpha sees less than all: x')
  })

  it('that leave out what the app does not take are told', () => {
    const { at } = timeline()
    expect(texts(at(1, { alpha: { omitted: { connections: 5 } } }))).toEqual([
      'The probe of alpha sees less than all: there is more on its host than the app takes',
    ])
  })

  it('whose clock is wrong by a minute are told', () => {
    const { at } = timeline()
    const told = (second: number, clockSkewMs: number) => texts(at(second, { alpha: { clockSkewMs } }))
    expect(told(1, 59_000)).toEqual([])
    expect(told(2, -180_000)).toEqual(["The clock of alpha is 3 min behind the app's"])
    expect(told(3, -50_000)).toEqual(["The clock of alpha is 1 min behind the app's"])
    expect(told(4, 40_000)).toEqual(["(The clock of alpha is 1 min behind the app's)"])
  })
})
