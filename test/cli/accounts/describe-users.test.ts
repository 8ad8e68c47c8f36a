import { expect, it } from 'vitest'
import { describeUsers } from '../../../src/cli/accounts/describe-users.ts'

it('names do nothing to a terminal, also those that a proxy tells', () => {
  const sessions = [{ user: 'anna\x1b]52;c;aGk=\x07' }, { user: 'c1\x9b2J' }]
  const text = describeUsers([], sessions, 0)
  expect(text).toContain('anna\\x1b]52;c;aGk=\\x07')
  expect(text).toContain('c1\\x9b2J')
  expect(text).not.toMatch(/[\p{Cc}--\n]/v)
})
