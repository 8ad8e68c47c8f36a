import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { MAX_KEYS } from '../../../src/app/accounts/bounded-limiter.ts'
import { type Attempt, SignInLimits } from '../../../src/app/accounts/sign-in-limits.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What is really in use. */
const heapBytes = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const limits = () =>
  new SignInLimits({
    pair: { failures: 3, perSeconds: 600 },
    source: { failures: 5, perSeconds: 600 },
    account: { failures: 6, perSeconds: 600 },
  })

const attempt = (account: string, source: string, isFamiliar = false): Attempt => ({
  account,
  source,
  isFamiliar,
})

const fail = async (limits: SignInLimits, of: Attempt): Promise<boolean> =>
  !('retryAfterSeconds' in (await limits.count(of)))

const failures = async (
  limits: SignInLimits,
  times: number,
  of: (index: number) => Attempt,
): Promise<number> => {
  let made = 0
  for (let index = 0; index < times; index++) if (await fail(limits, of(index))) made++
  return made
}

describe('failed attempts to sign in', () => {
  it.each([
    { what: 'one source at one account', of: () => attempt('anna', '10.0.0.1'), made: 3 },
    {
      what: 'one source at many accounts',
      of: (index: number) => attempt(`user${index}`, '10.0.0.1'),
      made: 5,
    },
    {
      what: 'many sources at one account',
      of: (index: number) => attempt('anna', `10.0.0.${index}`),
      made: 6,
    },
    {
      what: 'many sources that have signed in before',
      of: (index: number) => attempt('anna', `10.0.0.${index}`, true),
      made: 20,
    },
    {
      what: 'many sources at many accounts',
      of: (index: number) => attempt(`user${index}`, `10.0.0.${index}`),
      made: 20,
    },
  ])('of $what are $made of 20', async ({ of, made }) => {
    expect(await failures(limits(), 20, of)).toBe(made)
  })

  it('made at the same time are limited, too', async () => {
    const shared = limits()
    const all = await Promise.all(Array.from({ length: 50 }, () => fail(shared, attempt('anna', '10.0.0.1'))))
    expect(all.filter(Boolean)).toHaveLength(3)
  })

  it('are told with the time after which the next may be made', async () => {
    const shared = limits()
    const of = attempt('anna', '10.0.0.1')
    expect(await shared.refuses(of)).toBeUndefined()
    await failures(shared, 3, () => of)
    const refused = await shared.refuses(of)
    expect(refused?.retryAfterSeconds).toBeGreaterThan(590)
    expect(refused?.retryAfterSeconds).toBeLessThanOrEqual(600)
  })

  it('are over when the time is', async () => {
    const shared = new SignInLimits({
      pair: { failures: 1, perSeconds: 1 },
      source: { failures: 100, perSeconds: 1 },
      account: { failures: 100, perSeconds: 1 },
    })
    const of = attempt('anna', '10.0.0.1')
    await fail(shared, of)
    expect(await shared.refuses(of)).toEqual({ retryAfterSeconds: 1 })
    await expect.poll(() => shared.refuses(of)).toBeUndefined()
    expect(await fail(shared, of)).toBe(true)
  })

  it('of an account that is refused do not count for the source', async () => {
    const shared = limits()
    await failures(shared, 6, (index) => attempt('anna', `10.0.0.${index}`))
    expect(await failures(shared, 20, () => attempt('anna', '10.0.9.9'))).toBe(0)
    expect(await failures(shared, 20, (index) => attempt(`user${index}`, '10.0.9.9'))).toBe(5)
  })

  it('are forgotten for the source and its account by a success, but not for its other accounts', async () => {
    const shared = limits()
    await failures(shared, 2, () => attempt('anna', '10.0.0.1'))
    const counted = await shared.count(attempt('anna', '10.0.0.1'))
    if ('succeeded' in counted) await counted.succeeded()
    expect(await failures(shared, 20, () => attempt('anna', '10.0.0.1'))).toBe(3)
    expect(await failures(shared, 20, () => attempt('bob', '10.0.0.1'))).toBe(0)
  })

  it('that were not made do not count', async () => {
    const shared = limits()
    for (let index = 0; index < 20; index++) {
      const counted = await shared.count(attempt('anna', '10.0.0.1'))
      if ('wasNotMade' in counted) await counted.wasNotMade()
    }
    expect(await failures(shared, 20, () => attempt('anna', '10.0.0.1'))).toBe(3)
  })

  it('of more sources than are remembered push out the oldest, never an account that is under attack', async () => {
    const shared = limits()
    await failures(shared, 3, () => attempt('bob', '10.0.0.1'))
    expect(await shared.refuses(attempt('bob', '10.0.0.1'))).toBeDefined()
    expect(await failures(shared, MAX_KEYS + 100, (index) => attempt('anna', `2001:db8:${index}::`))).toBe(6)
    expect(await failures(shared, MAX_KEYS + 100, (index) => attempt(`user${index}`, `10.9.${index}`))).toBe(
      MAX_KEYS + 100,
    )
    expect(await shared.refuses(attempt('bob', '10.0.0.1'))).toBeUndefined()
    const before = heapBytes()
    await failures(shared, 2 * MAX_KEYS, (index) => attempt(`user${index}`, `10.8.${index}`))
    expect(heapBytes() - before).toBeLessThan(5_000_000)
  })
})
