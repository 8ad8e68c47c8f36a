import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStream, type Stream, type StreamState } from '../../../../web/data/live/stream.ts'
import { onRefused } from '../../../../web/data/refusals.ts'
import { holdSecret } from '../../../../web/data/session-secret.ts'
import { settings } from '../../../../web/settings.ts'
import { untilPasses } from '../../../support/until-passes.ts'
import { stubBrowser } from '../../support/browser-globals.ts'
import { type StandInApp, startStandInApp } from '../../support/stand-in-app.ts'

let app: StandInApp
let stream: Stream | undefined
let states: StreamState[]
let frames: number
let refusals: number
let ignore: () => void

const open = () => {
  const url = new URL(`${app.url.replace('http', 'ws')}/api/topology/containers/ws`)
  stream = openStream<{ readonly reset?: true }>(url, {
    frame: () => void frames++,
    state: (state) => void states.push(state),
  })
}
const signIn = async () => {
  await fetch(`${app.url}/api/session`, { method: 'POST', body: '{"code":"good"}' })
  holdSecret('the secret')
}
const isLive = () => untilPasses(() => expect(states.at(-1)).toBe('live'))

beforeEach(async () => {
  app = await startStandInApp(['good'])
  stubBrowser(`${app.url}/`)
  states = []
  frames = 0
  refusals = 0
  ignore = onRefused(() => {
    refusals += 1
  })
})
afterEach(async () => {
  ignore()
  stream?.close()
  await app.close()
  vi.unstubAllGlobals()
})

describe('a stream', () => {
  it('needs no ticket where one sees without a session', async () => {
    app.isOpen = true
    open()
    await isLive()
    expect(app.offered).toEqual([[]])
    expect(app.asked).toEqual([])
  })

  it('of a session takes a new ticket for each socket', async () => {
    await signIn()
    open()
    await isLive()
    app.cutSockets()
    await untilPasses(() => expect(states).toContain('reconnecting'))
    await isLive()
    expect(app.offered).toEqual([
      ['scope.v1', 'scope.ticket.ticket1'],
      ['scope.v1', 'scope.ticket.ticket2'],
    ])
    expect(refusals).toBe(0)
  })

  it('tells that its session has ended, and goes on trying', async () => {
    await signIn()
    open()
    await isLive()
    app.endSession()
    await untilPasses(() => expect(refusals).toBeGreaterThan(0))
    expect(states.at(-1)).toBe('reconnecting')
  })

  it.each([
    ['where one sees without a session', true],
    ['where one does not', false],
  ])('tells when it gets no ticket for want of a session, %s', async (_where, isOpen) => {
    app.isOpen = isOpen
    holdSecret('of a session that has ended')
    open()
    await untilPasses(() => expect(refusals).toBeGreaterThan(0))
    expect(states.at(-1)).toBe('reconnecting')
    expect(app.offered).toEqual([])
  })

  it('that is closed while its ticket is on the way opens no socket', async () => {
    await signIn()
    open()
    stream?.close()
    await untilPasses(() => expect(app.asked).toContain('POST /api/ticket'))
    await untilPasses(() => expect(states).toEqual(['connecting']))
  })
})

describe('a stream that hears nothing', () => {
  const { greeting, live } = settings.data.ticksWithoutWord
  let tick: (times: number) => void
  beforeEach(() => {
    app.isOpen = true
    app.greets = false
    let one = () => {}
    Object.assign(window, {
      setInterval: (job: () => void) => {
        one = job
        return 0
      },
    })
    tick = (times) => {
      for (let i = 0; i < times; i++) one()
    }
  })
  /** A frame that takes so many ticks to arrive. */
  const frameIn = async (ticks: number) => {
    const before = frames
    tick(ticks)
    app.send('{"reset":true}')
    await untilPasses(() => expect(frames).toBe(before + 1))
  }

  it.each([
    ['a moment', 0, live],
    ['less than half as long as it waits', live / 2 - 1, live],
    ['longer', 2 * live, 4 * live],
    ['very long', greeting - 1, greeting - 1],
  ])(
    'after the first frame took %s is given up only when the next takes much longer',
    async (_how, first, given) => {
      open()
      await app.isReached()
      await frameIn(first)
      for (let i = 0; i < 3; i++) await frameIn(given - 1)
      expect(states).toEqual(['connecting', 'live'])
      tick(given)
      expect(states.at(-1)).toBe('stale')
    },
  )

  it('and has connected again is given up as soon as any other', async () => {
    open()
    await app.isReached()
    await frameIn(greeting - 1)
    app.cutSockets()
    await untilPasses(() => expect(states.at(-1)).toBe('reconnecting'))
    await untilPasses(() => expect(app.offered).toHaveLength(2))
    await app.isReached()
    await frameIn(0)
    tick(live)
    expect(states.at(-1)).toBe('stale')
  })
})
