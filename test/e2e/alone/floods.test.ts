import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FloodedVictim, NOBODY, startFloodedVictim } from '../../attack/flooded-victim.ts'
import { describeWith } from '../../support/machine/requirements.ts'

let victim: FloodedVictim
beforeEach(async () => {
  victim = await startFloodedVictim()
})
afterEach(() => victim.end())

const MIB = 1024 * 1024
const addresses = (count: number) => Array.from({ length: count }, (_, i) => `127.1.${i >> 8}.${i & 255}`)

describeWith(['root'], 'the map is seen all the time', () => {
  it('while another user of the machine holds every connection they can', async () => {
    const rssBefore = process.memoryUsage.rss()
    await victim.during(async () => {
      await victim.flood({ sockets: 3000, uid: NOBODY })
      await after(2000)
      await victim.moreThan(3000)
    })
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(300 * MIB)
  })

  it('while 10,000 sockets of 50 addresses are opened', { timeout: 180_000 }, async () => {
    const rssBefore = process.memoryUsage.rss()
    await victim.during(async () => {
      await Promise.all([0, 1].map(() => victim.flood({ sockets: 5000, from: addresses(50), uid: NOBODY })))
      await after(2000)
      await victim.moreThan(10_000)
    })
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(400 * MIB)
  })
})
