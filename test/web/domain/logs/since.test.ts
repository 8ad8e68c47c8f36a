import { expect, it } from 'vitest'
import { logArguments } from '../../../../web/domain/logs/since.ts'

const always = { follow: 'true', timestamps: 'true' }

it.each([
  ['tail', { ...always, tail: '1000' }],
  ['5m', { ...always, since: '5m' }],
  ['1h', { ...always, since: '1h' }],
  ['all', always],
] as const)('a log is read from %s on with %o', (since, given) =>
  expect(logArguments(since, 1_000)).toEqual(given),
)
