import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { RequestError } from '../../../web/data/api.ts'
import { type Followed, follow } from '../../../web/state/follow.ts'
import { stubBrowser } from '../support/browser-globals.ts'

const INTERVAL_MS = 100

interface Target {
  readonly id: string
  readonly onMap: boolean
}

let dispose: () => void
let asked: Target[]
let known: boolean
let isHeldBack: boolean
let followed: Followed<string>
let turn: (target: Target | undefined) => void

beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://localhost/')
  asked = []
  known = true
  isHeldBack = false
  createRoot((end) => {
    dispose = end
    const [target, setTarget] = createSignal<Target>()
    turn = setTarget
    followed = follow(target, {
      async ask(wanted) {
        asked.push(wanted)
        if (isHeldBack) await new Promise<never>(() => undefined)
        if (!known) throw new RequestError(404, 'no such node')
        return `details of ${wanted.id}`
      },
      intervalMs: INTERVAL_MS,
      keyOf: ({ id }) => id,
      endsWhenGone: ({ onMap }) => !onMap,
    })
  })
})
afterEach(() => {
  dispose()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const wait = (intervals: number) => vi.advanceTimersByTimeAsync(intervals * INTERVAL_MS + 1)

it('asks again at each interval while the target is known', async () => {
  turn({ id: 'a', onMap: false })
  await wait(3)
  expect(asked).toHaveLength(4)
  expect([followed.answer(), followed.gone()]).toEqual(['details of a', false])
})

it('does not ask for what has gone, keeps what was known, and asks when it is back', async () => {
  turn({ id: 'a', onMap: true })
  await wait(0)
  known = false
  turn({ id: 'a', onMap: false })
  await wait(0)
  expect([followed.answer(), followed.gone()]).toEqual(['details of a', true])
  const before = asked.length
  await wait(20)
  expect(asked).toHaveLength(before)
  known = true
  turn({ id: 'a', onMap: true })
  await wait(0)
  expect(asked.length).toBe(before + 1)
  expect([followed.answer(), followed.gone()]).toEqual(['details of a', false])
})

it('asks on for what the map has, since the app may only be late', async () => {
  known = false
  turn({ id: 'a', onMap: true })
  await wait(2)
  expect([asked.length, followed.gone()]).toEqual([3, true])
  known = true
  await wait(1)
  expect([followed.answer(), followed.gone()]).toEqual(['details of a', false])
})

it('has gone as long as no answer says otherwise, also once the map no longer has it', async () => {
  turn({ id: 'a', onMap: true })
  await wait(0)
  known = false
  await wait(1)
  expect(followed.gone()).toBe(true)
  isHeldBack = true
  turn({ id: 'a', onMap: false })
  await wait(1)
  expect([followed.answer(), followed.gone()]).toEqual(['details of a', true])
})

it('has not gone when it is another target, or was followed before', async () => {
  known = false
  turn({ id: 'a', onMap: true })
  await wait(0)
  isHeldBack = true
  turn({ id: 'b', onMap: true })
  await wait(0)
  expect(followed.gone()).toBe(false)
  isHeldBack = false
  turn({ id: 'a', onMap: true })
  await wait(0)
  turn(undefined)
  expect(followed.gone()).toBe(false)
})
