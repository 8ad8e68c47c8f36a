import { expect, it } from 'vitest'
import { parsePauseMs } from '../../../src/app/push/pause.ts'

it.each([
  [undefined, 100],
  ['5s', 5000],
  ['300ms', 300],
  ['1m30s', 90_000],
  ['1.5s', 1500],
  ['1ms', 100],
  ['10us', 100],
  ['1h', 3_600_000],
])('%s is %d ms', (text, expected) => {
  expect(parsePauseMs(text)).toBe(expected)
})

it.each(['', '0', '0s', '-5s', '5', 's', '5 s', '5S', 'abc', '1e3s', '2h', `${'9'.repeat(400)}s`, '5s5'])(
  '"%s" is refused',
  (text) => {
    expect(() => parsePauseMs(text)).toThrow('t must be a duration above zero')
  },
)
