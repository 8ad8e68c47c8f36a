import { expect, it } from 'vitest'
import { RequestError } from '../../../../web/data/client.ts'
import { createAttempt } from '../../../../web/state/account/attempt.ts'
import { changing } from '../../../../web/state/account/changing.ts'
import { createLoaded } from '../../../../web/state/account/loaded.ts'
import { untilPasses } from '../../../support/until-passes.ts'

it('an attempt is one at a time, and tells why it failed until the next begins', async () => {
  let fail = true
  const asked: string[] = []
  const attempt = createAttempt(async (name: string) => {
    asked.push(name)
    if (fail) throw new RequestError(409, 'the name is taken')
  })
  const first = attempt.run('anna')
  expect(attempt.busy()).toBe(true)
  expect(await attempt.run('berta')).toBe(false)
  expect([await first, attempt.busy(), attempt.failure()?.message]).toEqual([
    false,
    false,
    'the name is taken',
  ])
  fail = false
  const second = attempt.run('clara')
  expect(attempt.failure()).toBeUndefined()
  expect([await second, asked]).toEqual([true, ['anna', 'clara']])
})

it('what makes an attempt fail without an answer is told, too, and can be forgotten', async () => {
  const attempt = createAttempt(async () => {
    throw new TypeError('no storage')
  })
  await attempt.run()
  expect([attempt.failure()?.status, attempt.failure()?.message]).toEqual([0, 'TypeError: no storage'])
  attempt.forget()
  expect(attempt.failure()).toBeUndefined()
})

it('a change in a list that gets no answer may be done: that is told, and the list is loaded anew', async () => {
  let users = ['anna']
  let isCut = true
  const list = createLoaded(async () => users)
  const removing = createAttempt((name: string) =>
    changing(list, async () => {
      if (!users.includes(name)) throw new RequestError(404, `there is no user ${name}`)
      users = users.filter((user) => user !== name)
      if (isCut) throw new RequestError(0, 'The app does not answer.')
    }),
  )
  await removing.run('anna')
  expect(removing.failure()?.status).toBe(0)
  expect(removing.failure()?.message).toBe(
    'The app does not answer. Whether it was done is not known: look at the list before you try again.',
  )
  await untilPasses(() => expect(list.answer()).toEqual([]))
  await removing.run('anna')
  expect(removing.failure()?.message).toBe('there is no user anna')
  isCut = false
  users = ['berta']
  expect(await removing.run('berta')).toBe(true)
  expect(list.answer()).toEqual([])
})

it('of several requests under way the newest counts, whatever comes last', async () => {
  const answers: { resolve(text: string): void; reject(error: Error): void }[] = []
  const loaded = createLoaded(() => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    answers.push({ resolve, reject })
    return promise
  })
  const again = loaded.load()
  answers[1]?.resolve('new')
  await again
  answers[0]?.resolve('old')
  await Promise.resolve()
  expect([loaded.answer(), loaded.failure()]).toEqual(['new', undefined])

  const [third, fourth] = [loaded.load(), loaded.load()]
  answers[2]?.reject(new Error('lost'))
  await third
  expect(loaded.failure()).toBeUndefined()
  answers[3]?.reject(new Error('refused'))
  await fourth
  expect([loaded.answer(), loaded.failure()?.message]).toEqual(['new', 'Error: refused'])

  const fifth = loaded.load()
  answers[4]?.resolve('newest')
  await fifth
  expect([loaded.answer(), loaded.failure()]).toEqual(['newest', undefined])
})
