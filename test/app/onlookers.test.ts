import { expect, test } from 'vitest'
import type { Action } from '../../src/api/operations/entry/operation.ts'
import { Onlookers } from '../../src/app/onlookers.ts'

const create = (windowMs = 15_000) => {
  const world = { sockets: 0, nowMs: 0, begun: 0 }
  const onlookers = new Onlookers({
    sockets: () => world.sockets,
    windowMs,
    begun: () => void world.begun++,
    nowMs: () => world.nowMs,
  })
  const ask = async (action: Action) => {
    for (const middleware of onlookers.of(action)) await middleware({} as never, async () => {})
  }
  return { world, onlookers, ask }
}

test('probes rest until somebody asks for something that comes from reports, and a while after', async () => {
  const { world, onlookers, ask } = create()
  expect(onlookers.restMs()).toBe(5000)
  await ask('view:read')
  expect(onlookers.restMs()).toBeUndefined()
  world.nowMs = 29_999
  expect(onlookers.restMs()).toBeUndefined()
  world.nowMs = 30_000
  expect(onlookers.restMs()).toBe(5000)
})

test.each<Action>(['report:write', 'channel:open', 'app:alive', 'session:read'])(
  'who does %s does not look',
  async (action) => {
    const { onlookers, ask } = create()
    await ask(action)
    expect(onlookers.restMs()).toBe(5000)
  },
)

test('an open socket looks as long as it is open', () => {
  const { world, onlookers } = create()
  world.sockets = 1
  world.nowMs = 3_600_000
  expect(onlookers.restMs()).toBeUndefined()
  world.sockets = 0
  expect(onlookers.restMs()).toBe(5000)
})

test('a probe that rests is not silent for longer than a third of the window', () => {
  expect(create(5000).onlookers.restMs()).toBe(1666)
})

test('it is told when somebody begins to look, and not again while somebody does', async () => {
  const { world, ask } = create()
  await ask('report:write')
  expect(world.begun).toBe(0)
  await ask('view:read')
  await ask('view:read')
  expect(world.begun).toBe(1)
  world.sockets = 1
  world.nowMs = 60_000
  await ask('view:read')
  expect(world.begun).toBe(1)
  world.sockets = 0
  world.nowMs = 120_000
  await ask('event:read')
  expect(world.begun).toBe(2)
})
