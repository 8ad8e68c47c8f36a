import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { tellingEvents } from '../../../src/app/audit/audit-events.ts'
import type { AuditRecord } from '../../../src/audit/audit-log.ts'
import { unguarded } from '../../../src/log/faults.ts'
import type { EventDraft } from '../../../src/topology/events/draft.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const withEvents = () => {
  const recorded: AuditRecord[] = []
  const events: EventDraft[] = []
  const log = {
    record: (entry: AuditRecord) => void recorded.push(entry),
    newest: () => [],
    stop: async () => undefined,
  }
  const nowMs = () => performance.now()
  const audit = tellingEvents(log, { tell: (event) => void events.push(event), guard: unguarded, nowMs })
  return { audit, recorded, events, told: () => events.map(({ kind, text }) => `${kind}: ${text}`) }
}

const signIn: AuditRecord = { who: 'anna', from: '10.0.0.7', action: 'sign-in', result: 'done' }
const wrong: AuditRecord = { ...signIn, who: 'hunter2', result: 'refused', reason: 'wrong password' }

it.each<[Partial<AuditRecord>, string[]]>([
  [{}, ['signed-in: anna signed in']],
  [{ action: 'user-add', target: 'bert' }, ['user-changed: anna added the user bert']],
  [{ action: 'user-remove', target: 'bert' }, ['user-changed: anna removed the user bert']],
  [{ action: 'user-role', target: 'bert' }, ["user-changed: anna changed bert's role"]],
  [{ action: 'user-password', target: 'bert' }, ["user-changed: anna changed bert's password"]],
  [{ action: 'user-password', target: 'anna' }, ['user-changed: anna changed their password']],
  [{ action: 'user-add', target: 'bert', result: 'refused' }, []],
  [{ action: 'user-add', target: 'bert', result: 'failed' }, []],
  [{ action: 'sign-out' }, []],
  [{ action: 'refused', result: 'refused', target: '/api' }, []],
  [wrong, []],
])('of %j it tells %j, and the log gets all', async (change, texts) => {
  const { audit, recorded, told } = withEvents()
  audit.record({ ...signIn, ...change })
  expect(recorded).toEqual([{ ...signIn, ...change }])
  expect(told()).toEqual(texts)
  await audit.stop()
})

it('tells that many sign-ins were refused, without addresses, names and reasons', async () => {
  const { audit, recorded, events, told } = withEvents()
  for (let i = 0; i < 7; i++) audit.record({ ...wrong, from: `10.0.0.${i}` })
  expect(recorded).toHaveLength(7)
  expect(events).toEqual([])
  vi.advanceTimersByTime(10_000)
  expect(told()).toEqual(['access-refused: 7 sign-ins were refused'])
  expect(events[0]).toMatchObject({ nodes: [], count: 7 })
  expect(JSON.stringify(events)).not.toMatch(/hunter2|10\.0|wrong/)
  await audit.stop()
})

it('tells nothing of a few that were refused', async () => {
  const { audit, told } = withEvents()
  for (let i = 0; i < 4; i++) audit.record(wrong)
  audit.record(signIn)
  audit.record(signIn)
  audit.record(signIn)
  vi.advanceTimersByTime(60_000)
  expect(told()).toEqual(['signed-in: anna signed in', 'signed-in: anna signed in 2 times'])
  await audit.stop()
})
