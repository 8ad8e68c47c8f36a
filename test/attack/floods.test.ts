import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type Flood, type FloodOptions, startFlood } from './flood.ts'
import { startVictim, type Victim } from './victim.ts'

let victim: Victim
let floods: Flood[]
beforeEach(async () => {
  victim = await startVictim({ limits: { server: { headersTimeoutMs: 4000 } } })
  floods = []
})
afterEach(async () => {
  await endFloods()
  await victim.app.remove()
})

const MIB = 1024 * 1024
const NOBODY = 65_534
const slowly = 'GET /api/topology/hosts HTTP/1.1\r\nHost: localhost\r\n'
const addresses = (count: number) => Array.from({ length: count }, (_, i) => `127.1.${i >> 8}.${i & 255}`)

const endFloods = () => Promise.all(floods.splice(0).map((flood) => flood.end()))

/** Waits until all floods together have opened more connections than that. */
const moreThan = (count: number) =>
  eventually(`more than ${count} connections`, async () => {
    const counts = await Promise.all(floods.map((flood) => flood.opened()))
    return counts.reduce((sum, opened) => sum + opened, 0) > count
  })

const flood = async (options: Partial<FloodOptions>): Promise<void> => {
  const { port } = victim.app
  const others = { from: ['127.0.0.1'], first: slowly, again: 'X: y\r\n', everyMs: 1000 }
  floods.push(await startFlood({ port, sockets: 1000, ...others, ...options }))
}

describeWith(['root'], 'the map is seen all the time', () => {
  it('while 500 connections of another user send a header a second', async () => {
    await victim.during(async () => {
      await flood({ sockets: 500, uid: NOBODY })
      // Longer than a connection may live without a whole request.
      await after(5000)
      // Each is closed for that, and comes again.
      await moreThan(500)
    })
  })

  it('while another user of the machine holds every connection they can', async () => {
    const rssBefore = process.memoryUsage.rss()
    await victim.during(async () => {
      await flood({ sockets: 3000, uid: NOBODY })
      await after(2000)
      await moreThan(3000)
    })
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(300 * MIB)
  })

  it('while 10,000 sockets of 50 addresses are opened', { timeout: 180_000 }, async () => {
    const rssBefore = process.memoryUsage.rss()
    await victim.during(async () => {
      await Promise.all([0, 1].map(() => flood({ sockets: 5000, from: addresses(50), uid: NOBODY })))
      await after(2000)
      await moreThan(10_000)
    })
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(400 * MIB)
  })
})
