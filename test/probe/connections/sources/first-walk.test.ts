import { afterEach, expect, it } from 'vitest'
import { createFaults } from '../../../../src/log/faults.ts'
import { createLogger } from '../../../../src/log/log.ts'
import { startSource } from '../../../../src/probe/connections/sources/choose-source.ts'
import { EbpfSource } from '../../../../src/probe/connections/sources/ebpf/ebpf-source.ts'
import type { TcpTracer } from '../../../../src/probe/connections/sources/ebpf/tracer.ts'
import type { ConnectionEvent } from '../../../../src/probe/connections/sources/events.ts'
import type { ConnectionSource } from '../../../../src/probe/connections/sources/source.ts'
import { eventually } from '../../../support/eventually.ts'
import { held, picture, table } from '../support.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const pace = { everyMs: [20, 20], budget: 1 } as const
const never = { everyMs: [600_000, 600_000], budget: 1 } as const

/** A tracer whose first walks over open files fail; no kernel can be made to do that. */
const failing = (times: number) => {
  let walks = 0
  const tracer = {
    systemCallProblem: undefined,
    drain: () => [],
    walkCounters: () => ({ counters: [], waiting: [] }),
    walkHeldSockets: () => {
      if (++walks <= times) throw new Error('no walk today')
      return [held]
    },
    counters: () => ({ events: 0, lost: 0, recursionMisses: 0, stateFull: 0, unread: 0 }),
    close: () => {},
  }
  return tracer as unknown as TcpTracer
}

const endings: (() => void)[] = []
afterEach(() => {
  for (const end of endings.splice(0)) end()
})

it('goes on when its first walk fails, says so, and knows what was open before as soon as one succeeds', async () => {
  const faults = createFaults({ nowMs: () => performance.now(), log })
  const source = new EbpfSource(
    failing(2),
    { counters: never, heldSockets: never, heldSocketsAsked: pace },
    faults.guardOf('connections'),
  )
  endings.push(() => source.stop())
  const { table: t } = table()
  source.start(t)
  expect(faults.of('connections')).toMatchObject([{ reason: expect.stringContaining('no walk today') }])
  expect(source.status()).toMatchObject({
    state: 'degraded',
    reason: expect.stringMatching(/open before are not known yet/),
  })
  expect(source.status().counters).not.toHaveProperty('secondsSinceSnapshot')
  await eventually('the next walk', () => t.tracked === 1 || undefined)
  t.settle(20_000)
  expect(picture(t)).toEqual(['curl> 10.0.0.1:80 open=1'])
  expect(faults.of('connections')).toEqual([])
  expect(source.status().state).toBe('ok')
})

it('goes on tracing while no walk succeeds, also when events were missed', () => {
  const faults = createFaults({ nowMs: () => performance.now(), log })
  const tracer = failing(Number.POSITIVE_INFINITY)
  let events: ConnectionEvent[] = []
  let lost = 0
  Object.assign(tracer, {
    drain: () => events.splice(0),
    counters: () => ({ events: 0, lost, recursionMisses: 0, stateFull: 0, unread: 0 }),
  })
  const asked = { everyMs: [0, 0], budget: 1 } as const
  const source = new EbpfSource(
    tracer,
    { counters: asked, heldSockets: never, heldSocketsAsked: asked },
    faults.guardOf('connections'),
  )
  endings.push(() => source.stop())
  const { table: t } = table()
  startSource(source, t)
  events = [{ ...held, kind: 'connected' }]
  lost = 3
  source.refresh()
  t.settle(20_000)
  expect(picture(t)).toEqual(['curl> 10.0.0.1:80 open=1 opened=1'])
  expect(source.status()).toMatchObject({ state: 'degraded' })
  expect(faults.of('connections')).toMatchObject([{ reason: expect.stringContaining('no walk today') }])
})

it('stops what it had begun when it cannot start', () => {
  let stopped = false
  const broken: ConnectionSource = {
    mode: 'proc',
    start: () => {
      throw new Error('out of order')
    },
    flush: () => {},
    refresh: () => {},
    lookAgain: () => {},
    status: () => ({ state: 'ok', reason: '', counters: {} }),
    stop: () => {
      stopped = true
    },
  }
  const { table: t } = table()
  expect(() => startSource(broken, t)).toThrow('out of order')
  expect(stopped).toBe(true)
})
