import { expect, it } from 'vitest'
import { within } from '../../src/pacing/within.ts'

const never = new Promise<string>(() => {})

it('gives the answer that comes in time, and what it is refused with', async () => {
  expect(await within(60_000, Promise.resolve('answer'), () => 'late')).toBe('answer')
  expect(await within(60_000, 'at once', () => 'late')).toBe('at once')
  await expect(within(60_000, Promise.reject(new Error('no')), () => 'late')).rejects.toThrow('no')
})

it('gives what stands for an answer that does not come, or throws it', async () => {
  expect(await within(5, never, () => 'late')).toBe('late')
  const thrown = within(5, never, () => {
    throw new Error('it took too long')
  })
  await expect(thrown).rejects.toThrow('it took too long')
})
