import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Keeper, type KeptPart } from '../../../src/cli/supervisor/keeper.ts'
import type { Supervision } from '../../../src/cli/supervisor/supervisor-status.ts'
import { createLogger } from '../../../src/log/log.ts'
import { eventually } from '../../support/eventually.ts'

const plan = { args: ['--one'], env: {} }

/** A part whose end is up to the test. */
interface Started extends KeptPart {
  readonly args: readonly string[]
  end(reason: string): void
}

let started: Started[]
let ended: number[]
let failure: Error | undefined
/** What each start waits for first. */
let slowly: Promise<void> | undefined
let keeper: Keeper
/** Each change that was told: how the part is looked after from then on, and how many have been started by then. */
let told: { readonly supervision: Supervision | undefined; readonly started: number }[]
/** How long the part was to wait until it is started again, each time that it died. */
let pausesMs: number[]
const keepers: Keeper[] = []

const startPart = (args: readonly string[]): Started => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const identity = { pid: started.length + 1, startTicks: 1, bootId: 'boot' }
  return { identity, args, ended: promise, end: resolve, lastWords: () => 'ouch' }
}

beforeEach(() => {
  started = []
  ended = []
  failure = undefined
  slowly = undefined
  pausesMs = []
  told = []
  keeper = make({ firstMs: 5, longestMs: 50 })
})

const make = (pauses: { firstMs: number; longestMs: number }): Keeper => {
  const made: Keeper = new Keeper({
    part: 'app',
    pauses,
    start: async ({ args }) => {
      if (slowly !== undefined) await slowly
      if (failure !== undefined) throw failure
      const part = startPart(args)
      started.push(part)
      return part
    },
    end: async ({ pid }) => {
      ended.push(pid)
      started[pid - 1]?.end('was ended by SIGTERM')
    },
    changed: () => {
      told.push({ supervision: made.supervision, started: started.length })
      const { nextStartAt, last } = made.supervision ?? {}
      if (nextStartAt !== undefined) pausesMs.push(Date.parse(nextStartAt) - Date.parse(last?.at ?? ''))
    },
    log: createLogger({ format: 'text', debug: false, write: () => {} }),
  })
  keepers.push(made)
  return made
}

// A keeper left to itself would start its part during the next test.
afterEach(async () => {
  await Promise.all(keepers.splice(0).map((one) => one.end()))
})

const nth = (n: number) => eventually(`start ${n}`, () => started[n - 1])

describe('a keeper', () => {
  it('starts a part once, and again whenever it dies', async () => {
    await keeper.keep(plan)
    await keeper.keep(plan)
    expect(started).toHaveLength(1)
    expect(keeper.supervision).toEqual({ deaths: 0 })
    started[0]?.end('was ended by SIGKILL')
    await nth(2)
    expect(keeper.supervision).toEqual({
      deaths: 1,
      last: { at: expect.any(String), reason: 'was ended by SIGKILL', lastWords: 'ouch' },
    })
    started[1]?.end('ended with code 1')
    await nth(3)
    expect(keeper.supervision).toMatchObject({ deaths: 2, last: { reason: 'ended with code 1' } })
  })

  it('tells that the part is looked after before it is started, which may take long', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    slowly = promise
    const keeping = keeper.keep(plan)
    resolve()
    await keeping
    expect(told).toEqual([
      { supervision: { deaths: 0 }, started: 0 },
      { supervision: { deaths: 0 }, started: 1 },
    ])
  })

  it('waits the longer the more often a part dies, and says until when', async () => {
    await keeper.keep(plan)
    for (let n = 1; n <= 6; n++) (await nth(n)).end('ended with code 1')
    await eventually('the last death', () => pausesMs.length === 6)
    expect(Math.max(...pausesMs.slice(0, 2))).toBeLessThan(Math.min(...pausesMs.slice(-2)))
  })

  it('takes what cannot be started for one that died', async () => {
    failure = new Error('no such file')
    await keeper.keep(plan)
    await eventually('attempts', () => (keeper.supervision?.deaths ?? 0) >= 2)
    expect(keeper.supervision?.last).toMatchObject({ reason: 'no such file', lastWords: '' })
    failure = undefined
    await nth(1)
    expect(keeper.supervision?.nextStartAt).toBeUndefined()
  })

  it('ends a part for good, also one that waits to be started again', async () => {
    keeper = make({ firstMs: 200, longestMs: 300 })
    await keeper.keep(plan)
    await keeper.end()
    expect(ended).toEqual([1])
    expect(keeper.supervision).toBeUndefined()
    await keeper.keep(plan)
    started[1]?.end('ended with code 1')
    // The keeper learns of it before any timer can fire, however busy the machine is.
    await null
    expect(keeper.supervision?.nextStartAt).toBeDefined()
    await keeper.end()
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(started).toHaveLength(2)
  })

  it('forgets a start that fails while the part is ended', async () => {
    const { promise: failing, reject } = Promise.withResolvers<never>()
    slowly = failing
    const keeping = keeper.keep(plan)
    const ending = keeper.end()
    reject(new Error('no room'))
    await Promise.all([keeping, ending])
    slowly = undefined
    await keeper.keep(plan)
    // Longer than the pause before what failed would be started again.
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(started).toHaveLength(1)
    expect(keeper.supervision).toEqual({ deaths: 0 })
  })

  it('starts a part again as it was last planned', async () => {
    await keeper.keep(plan)
    await keeper.keep({ args: ['--other'], env: {} })
    started[0]?.end('ended with code 1')
    expect((await nth(2)).args).toEqual(['--other'])
  })

  it('takes over one that runs, and starts another when it is gone', async () => {
    keeper.adopt({ pid: process.pid, startTicks: 0, bootId: '' }, () => 'adopted')
    await keeper.keep(plan)
    // no such process: it is found to have ended
    await nth(1)
    expect(keeper.supervision?.deaths ?? 0).toBeLessThanOrEqual(1)
  })
})
