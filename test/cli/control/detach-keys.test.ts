import { describe, expect, it } from 'vitest'
import { createDetachKeys, parseDetachKeys } from '../../../src/cli/control/session/detach-keys.ts'
import { UsageError } from '../../../src/cli/options/usage-error.ts'

describe('keys that leave a session', () => {
  it.each([
    ['ctrl-p,ctrl-q', [16, 17]],
    ['ctrl-],ctrl-],ctrl-]', [29, 29, 29]],
    ['a', [97]],
    ['ctrl-A,~,.', [1, 126, 46]],
    ['ctrl-\\', [28]],
  ])('are read: %s', (text, keys) => {
    expect([...parseDetachKeys(text, '--detach-keys')]).toEqual(keys)
  })

  it.each(['', 'ctrl-', 'ctrl-ä', 'ab', 'a,', Array(9).fill('a').join(',')])('are refused: %s', (text) => {
    expect(() => parseDetachKeys(text, '--detach-keys')).toThrow(UsageError)
  })

  const pass = (keys: string, ...inputs: string[]): [passed: string, leaves: boolean] => {
    const typed = createDetachKeys(Buffer.from(keys))
    let passed = ''
    for (const input of inputs) {
      const { bytes, leaves } = typed(Buffer.from(input))
      passed += Buffer.from(bytes).toString()
      if (leaves) return [passed, true]
    }
    return [passed, false]
  }

  it.each<[string, string, string[], string, boolean]>([
    ['passes on what is typed', 'pq', ['ls\r'], 'ls\r', false],
    ['leaves', 'pq', ['ls pq rest'], 'ls ', true],
    ['leaves by keys of several inputs', 'pq', ['p', 'q'], '', true],
    ['holds back a beginning', 'pq', ['ap'], 'a', false],
    ['passes on a beginning that does not go on', 'pq', ['ap', 'x'], 'apx', false],
    ['sees a later beginning', 'pq', ['p', 'pq'], 'p', true],
    ['sees three of one key among four', ']]]', [']]', 'a', ']]]'], ']]a', true],
    ['sees a beginning within a beginning', 'aab', ['aaab'], 'a', true],
  ])('%s', (_what, keys, inputs, passed, leaves) => {
    expect(pass(keys, ...inputs)).toEqual([passed, leaves])
  })
})
