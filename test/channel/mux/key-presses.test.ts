import { describe, expect, test } from 'vitest'
import { KeyPresses, LONGEST_WAIT_MS, MAX_KEY_BYTES } from '../../../src/channel/mux/key-presses.ts'

const start = () => {
  let nowMs = 1000
  const presses = new KeyPresses<string>(() => nowMs)
  return {
    presses,
    waitedFor: () => [...presses.unanswered()].join(' '),
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

describe('all others wait for a stream', () => {
  test('on which a key was pressed, until it has answered', () => {
    const { presses, waitedFor } = start()
    expect(waitedFor()).toBe('')
    presses.typed('vim', 1)
    expect(waitedFor()).toBe('vim')
    presses.answered('flood')
    expect(waitedFor()).toBe('vim')
    presses.answered('vim')
    expect(waitedFor()).toBe('')
  })

  test('or for several', () => {
    const { presses, waitedFor, pass } = start()
    presses.typed('vim', 3)
    pass(5)
    presses.typed('sh', 1)
    expect(waitedFor()).toBe('vim sh')
    presses.answered('vim')
    expect(waitedFor()).toBe('sh')
  })

  test('for a limited time, which another key press does not prolong', () => {
    const { presses, waitedFor, pass } = start()
    presses.typed('sleep', 1)
    pass(LONGEST_WAIT_MS - 1)
    presses.typed('sleep', 1)
    presses.typed('vim', 1)
    expect(presses.leftMs()).toBe(1)
    pass(1)
    expect(waitedFor()).toBe('')
  })

  test('and then not again for three times as long', () => {
    const { presses, waitedFor, pass } = start()
    presses.typed('sleep', 1)
    pass(LONGEST_WAIT_MS)
    expect(waitedFor()).toBe('')
    pass(3 * LONGEST_WAIT_MS - 1)
    presses.typed('sleep', 1)
    expect(waitedFor()).toBe('')
    pass(1)
    presses.typed('sleep', 1)
    expect(waitedFor()).toBe('sleep')
  })

  test('soon again where the answer came soon', () => {
    const { presses, waitedFor, pass } = start()
    presses.typed('vim', 1)
    pass(2)
    presses.answered('vim')
    pass(6)
    presses.typed('vim', 1)
    expect(waitedFor()).toBe('vim')
  })
})

test('others wait for nothing that is too long for a key', () => {
  const { presses, waitedFor } = start()
  presses.typed('tar', MAX_KEY_BYTES + 1)
  expect(waitedFor()).toBe('')
  presses.typed('vim', MAX_KEY_BYTES)
  expect(waitedFor()).toBe('vim')
})

test('whatever is typed, others wait for at most a quarter of the time', () => {
  const { presses, waitedFor, pass } = start()
  let waitedMs = 0
  for (let ms = 0; ms < 10_000; ms++) {
    presses.typed('deaf', 1)
    if (waitedFor() !== '') waitedMs++
    pass(1)
  }
  expect(waitedMs).toBeGreaterThan(2000)
  expect(waitedMs).toBeLessThan(2600)
})
