import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { type LiveProbe, LiveProbes } from '../../../../src/app/reports/held/live-probes.ts'
import { RateBases } from '../../../../src/app/reports/held/rate-bases.ts'
import { StartReckoning } from '../../../../src/app/reports/held/start-reckoning.ts'
import { held, report } from '../../../support/reports/reports.ts'

const liveOf = (host: string, verified: boolean, expiresMs: number): LiveProbe => ({
  held: { ...held(report({ host })), verified },
  room: undefined,
  size: { bytes: 0, entityBytes: 0 },
  rateBases: new RateBases(),
  start: new StartReckoning(),
  expiresMs,
})

const id = fc.constantFrom('a', 'b', 'c', 'd')
const step = fc.oneof(
  fc.record({
    does: fc.constant('set' as const),
    ...{ id, host: fc.constantFrom('x', 'y'), verified: fc.boolean(), expiresMs: fc.nat(9) },
  }),
  fc.record({ does: fc.constant('delete' as const), id }),
  fc.record({ does: fc.constant('silent' as const), nowMs: fc.nat(9) }),
)

it('says what a plain map would say, after any steps', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const probes = new LiveProbes()
      const plain = new Map<string, LiveProbe>()
      for (const one of steps) {
        if (one.does === 'set') {
          const live = liveOf(one.host, one.verified, one.expiresMs)
          const before = probes.held
          probes.set(one.id, live)
          plain.set(one.id, live)
          expect(probes.held).not.toBe(before)
        } else if (one.does === 'delete') {
          probes.delete(one.id)
          plain.delete(one.id)
        } else {
          const silent = [...plain].filter(([, { expiresMs }]) => expiresMs <= one.nowMs)
          expect(new Map(probes.takeSilent(one.nowMs))).toEqual(new Map(silent))
          for (const [silentId] of silent) plain.delete(silentId)
        }
        const sorted = [...plain].sort(([a], [b]) => (a < b ? -1 : 1))
        expect(probes.held).toEqual(sorted.map(([, live]) => live.held))
        expect(new Map(probes)).toEqual(plain)
        expect(probes.verified).toBe(sorted.filter(([, live]) => live.held.verified).length)
        for (const host of ['x', 'y'])
          expect(new Map(probes.onHost(host))).toEqual(
            new Map(sorted.filter(([, live]) => live.held.report.host.id === host)),
          )
        for (const { expiresMs } of plain.values()) expect(probes.soonestMs).toBeLessThanOrEqual(expiresMs)
      }
    }),
  )
})
