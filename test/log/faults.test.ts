import { describe, expect, test } from 'vitest'
import { createFaults, guardLater, runAll } from '../../src/log/faults.ts'
import { createLogger } from '../../src/log/log.ts'

const make = () => {
  const lines: string[] = []
  let nowMs = 0
  const log = createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) })
  const faults = createFaults({ nowMs: () => nowMs, log })
  return {
    faults,
    lines,
    setNow: (ms: number) => {
      nowMs = ms
    },
  }
}

const failing = (text: string) => () => {
  throw new Error(text)
}

describe('the guard of a timer', () => {
  test('keeps what is thrown until the same job goes well', () => {
    const { faults, setNow } = make()
    const guard = faults.guardOf('docker')
    setNow(5)
    guard('poll', failing('no'))
    setNow(7)
    guard('poll', failing('still no'))
    guard('walk', () => {})
    expect(faults.of('docker')).toMatchObject([{ reason: 'failed to poll: still no', sinceMs: 5 }])
    expect(faults.of('host')).toEqual([])
    guard('poll', () => {})
    expect(faults.of('docker')).toEqual([])
  })

  test('logs a failure once, and one that is another each time now and then', () => {
    const { faults, lines, setNow } = make()
    const guard = faults.guardOf('docker')
    for (let i = 0; i < 100; i++) guard('poll', failing('no'))
    expect(lines).toHaveLength(1)
    for (let i = 0; i < 100; i++) {
      setNow(i * 200)
      guard('poll', failing(`attempt ${i}`))
    }
    expect(lines).toHaveLength(2)
    guard('poll', () => {})
    expect(lines.at(-1)).toContain('works again')
  })

  test('tells what happened once for a minute', () => {
    const { faults, lines, setNow } = make()
    faults.happened('push', 'send', new Error('no'))
    setNow(59_000)
    faults.happened('push', 'send', new Error('no'))
    expect(lines).toHaveLength(1)
    setNow(118_000)
    expect(faults.all()).toEqual([{ id: 'push', reason: 'failed to send: no', sinceMs: 0 }])
    setNow(119_000)
    expect(faults.all()).toEqual([])
    faults.happened('push', 'send', new Error('no'))
    expect(lines).toHaveLength(2)
  })
})

test('a job that takes time is recorded as one that does not', async () => {
  const { faults } = make()
  const guard = faults.guardOf('weave')
  await guardLater(guard, 'ask', async () => failing('no')())
  expect(faults.of('weave')).toMatchObject([{ reason: 'failed to ask: no' }])
  await guardLater(guard, 'ask', async () => {})
  expect(faults.of('weave')).toEqual([])
})

test('of many jobs each is run, and the first failure is thrown', () => {
  const done: number[] = []
  expect(() =>
    runAll([() => void done.push(1), failing('one'), failing('two'), () => void done.push(4)]),
  ).toThrow('one')
  expect(done).toEqual([1, 4])
})

test('what was thrown may be anything, also what cannot be written down', () => {
  const { faults, lines } = make()
  const round: Record<string, unknown> = {}
  round.round = round
  faults.guardOf('docker')('poll', () => {
    throw round
  })
  expect(faults.of('docker')).toMatchObject([{ reason: 'failed to poll: [object Object]' }])
  expect(lines).toHaveLength(1)
})
