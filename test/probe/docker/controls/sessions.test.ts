import { expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import { createSessions, type Opened } from '../../../../src/probe/docker/controls/sessions.ts'

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
