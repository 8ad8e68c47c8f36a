import { expect, it } from 'vitest'
import { RequestError } from '../../../../web/data/client.ts'
import { createAttempt } from '../../../../web/state/account/attempt.ts'
import { createLoaded } from '../../../../web/state/account/loaded.ts'

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
