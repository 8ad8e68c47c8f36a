import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, it } from 'vitest'
import { describeWith } from '../support/machine/requirements.ts'
import { type FloodedVictim, NOBODY, startFloodedVictim } from './flooded-victim.ts'

let victim: FloodedVictim
beforeEach(async () => {
  victim = await startFloodedVictim()
})
afterEach(() => victim.end())

// Those that are a load on others are in test/e2e/alone.
describeWith(['root'], 'the map is seen all the time', () => {
  it('while 500 connections of another user send a header a second', async () => {
    await victim.during(async () => {
      await victim.flood({ sockets: 500, uid: NOBODY })
      // Longer than a connection may live without a whole request.
      await after(5000)
      // Each is closed for that, and comes again.
      await victim.moreThan(500)
    })
  })
})
