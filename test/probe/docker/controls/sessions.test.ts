import { expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import { NotYetError } from '../../../../src/probe/docker/controls/retries.ts'
import { createSessions, type Opened } from '../../../../src/probe/docker/controls/sessions.ts'
import { eventually } from '../../../support/eventually.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })

/** Something of which each attempt to end it is decided by the test. */
const createOpened = () => {
  const attempts: PromiseWithResolvers<void>[] = []
  const opened: Opened = {
    tty: true,
    join: async () => {},
    end: () => {
      const attempt = Promise.withResolvers<void>()
      attempts.push(attempt)
      return attempt.promise
    },
  }
  return { opened, attempts }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test.each([
  ['its first attempt', 0],
  ['a later one', 1],
])(
  'what cannot be ended is tried once more when something has happened to its container during %s',
  async (_, fails) => {
    const { opened, attempts } = createOpened()
    const sessions = createSessions(log)
    const outcome = sessions.add(opened, 'web')
    outcome.opened?.abandon()
    for (let at = 0; at < fails; at++) {
      attempts[at]?.reject(new Error('paused'))
      await settled()
      void sessions.endLeft('web')
    }
    expect(attempts).toHaveLength(fails + 1)
    void sessions.endLeft('other')
    void sessions.endLeft('web')
    expect(attempts).toHaveLength(fails + 1)
    attempts[fails]?.reject(new Error('paused'))
    await settled()
    expect(attempts).toHaveLength(fails + 2)
    attempts[fails + 1]?.resolve()
    await sessions.endLeft()
    expect(attempts).toHaveLength(fails + 2)
  },
)

test('what cannot be ended is left alone while nothing happens to its container', async () => {
  const { opened, attempts } = createOpened()
  const sessions = createSessions(log)
  sessions.add(opened, 'web').opened?.abandon()
  void sessions.endLeft('other')
  attempts[0]?.reject(new Error('paused'))
  await settled()
  expect(attempts).toHaveLength(1)
})

test.each([
  ['it may still begin', new NotYetError('it may still begin')],
  ['Docker did not answer', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ['Docker did not answer in time', AbortSignal.abort().reason],
])('what cannot be ended since %s is tried again after pauses', async (_, error) => {
  const { opened, attempts } = createOpened()
  const sessions = createSessions(log, { firstMs: 1, longestMs: 2, random: () => 0.5 })
  sessions.add(opened, 'web').opened?.abandon()
  for (let at = 0; at < 10; at++) {
    await eventually('the next attempt', () => attempts.length > at)
    attempts[at]?.reject(error)
    await settled()
  }
  await eventually('the last attempt', () => attempts.length === 11)
  attempts[10]?.resolve()
  await settled()
  // Nothing is left that could be tried.
  await sessions.endLeft()
  expect(attempts).toHaveLength(11)
})
