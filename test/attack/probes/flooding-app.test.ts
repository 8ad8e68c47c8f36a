import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type RogueApp, type RogueChannel, startRogueApp } from './rogue-app.ts'
import { startVictim, type Victim } from './victim.ts'

// An app that gives more orders than it takes answers.

const clusterKey = Buffer.alloc(32, 6)
const appKey = generateKeyPairSync('ed25519').privateKey
let rogue: RogueApp
let victim: Victim

beforeEach(async () => {
  rogue = await startRogueApp({ clusterKey, appKey })
  victim = await startVictim({ host: 'victim', appUrls: [rogue.url], clusterKey })
})
afterEach(async () => {
  await victim.remove()
  await rogue.close()
})

const ask = ({ order }: RogueChannel): number => order('request', 'connections', { records: [], limit: 1 })
const channel = (): Promise<RogueChannel> => eventually('a channel', () => rogue.channels.at(-1))

test('an app may give up any number of orders whose answers are on the way', async () => {
  const asked = await channel()
  for (let i = 0; i < 30; i++) {
    const id = ask(asked)
    await eventually(`the answer to ${id}`, () => asked.answers.find((answer) => answer.id === id))
    asked.sendFrame({ type: 'cancel', id, reason: 'nobody waits' })
  }
  const last = ask(asked)
  await eventually('the last answer', () => asked.answers.find(({ id }) => id === last))
  expect(rogue.channels).toHaveLength(1)
})

test('an app that gives up more than it has asked for loses its channel', async () => {
  const asked = await channel()
  const closed = once(asked.socket, 'close')
  for (let i = 0; i < 20; i++) asked.sendFrame({ type: 'cancel', id: 1, reason: 'nobody waits' })
  expect((await closed)[0]).toBe(1008)
})
