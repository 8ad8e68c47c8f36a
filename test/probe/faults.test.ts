import { describe, expect, test } from 'vitest'
import { createLogger } from '../../src/log/log.ts'
import { createFaults } from '../../src/probe/faults.ts'

const make = () => {
  const lines: string[] = []
  let nowMs = 0
  const log = createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) })
  const faults = createFaults({ uptimeMs: () => nowMs }, log)
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
})
