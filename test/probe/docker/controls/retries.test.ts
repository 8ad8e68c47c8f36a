import { expect, test } from 'vitest'
import { RequestError } from '../../../../src/probe/channel/methods.ts'
import { isPassing, NotYetError } from '../../../../src/probe/docker/controls/retries.ts'
import { SignalError } from '../../../../src/probe/process/controls/signal-process.ts'

test.each([
  ['what may still begin', new NotYetError('it may still begin'), true],
  ['a Docker that gave no answer', Object.assign(new Error('reset'), { code: 'ECONNRESET' }), true],
  ['a Docker that refused', Object.assign(new Error('paused'), { statusCode: 409 }), false],
  ['a request that was answered in words', new RequestError('conflict', 'it is paused'), false],
  ['a process that may not be signalled', new SignalError('not_permitted', 'it is not permitted'), false],
])('%s is tried again by itself: %s', (_, error, expected) => {
  expect(isPassing(error)).toBe(expected)
})
