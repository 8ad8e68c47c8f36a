import { beforeEach, describe, expect, it } from 'vitest'
import { BytesInFlight, type Sized } from '../../../../src/app/http/sending/in-flight.ts'

let nowMs: number
let sending: BytesInFlight
let dropped: string[]
beforeEach(() => {
  nowMs = 0
  sending = new BytesInFlight({ bytes: 100, stalledMs: 50 }, () => nowMs)
  dropped = []
})

const hold = (bytes: Uint8Array, name = '') => sending.hold(bytes, () => dropped.push(name))

describe('bytes on their way', () => {
  it('count once, however many are sent them, until the last has them', () => {
    const document = new Uint8Array(60)
    const [first, second] = [hold(document), hold(document)]
    expect(sending.bytes).toBe(60)
    first?.release()
    first?.release()
    expect(sending.bytes).toBe(60)
    second?.release()
    expect(sending.bytes).toBe(0)
  })

  it('find no room beyond the bound while all are read', () => {
    hold(new Uint8Array(60))
    expect(hold(new Uint8Array(60))).toBeUndefined()
    expect(hold(new Uint8Array(40))).toBeDefined()
    expect(dropped).toEqual([])
  })

  it('make room by dropping who has taken nothing for longest', () => {
    const [first, second] = [new Uint8Array(40), new Uint8Array(40)].map((bytes, i) => hold(bytes, `${i}`))
    nowMs = 20
    hold(new Uint8Array(20), 'third')
    nowMs = 40
    first?.progressed()
    nowMs = 60
    expect(hold(new Uint8Array(40), 'fourth')).toBeDefined()
    expect(dropped).toEqual(['1'])
    expect(sending.bytes).toBe(100)
    second?.release()
    expect(sending.bytes).toBe(100)
    expect(hold(new Uint8Array(40))).toBeUndefined()
  })

  it('progress together where they are of one reader, who is dropped at once', () => {
    const drop = (): void => void dropped.push('reader')
    const [first, second] = [40, 20].map((size) => sending.hold(new Uint8Array(size), drop))
    nowMs = 60
    first?.progressed()
    hold(new Uint8Array(40), 'other')
    nowMs = 80
    first?.release()
    first?.progressed()
    expect(hold(new Uint8Array(60))).toBeUndefined()
    expect([dropped, sending.bytes]).toEqual([[], 60])
    sending.hold(new Uint8Array(10), drop)
    // What has just begun to wait behind what it does not take tells nothing of whether it takes anything.
    nowMs = 111
    expect(hold(new Uint8Array(60))).toBeDefined()
    expect([dropped, sending.bytes]).toEqual([['reader'], 100])
    second?.release()
    expect(sending.bytes).toBe(100)
  })

  it('are counted as they become more', async () => {
    const document = { byteLength: 10 }
    const [first, second] = ['1', '2'].map((name) => sending.hold(document, () => dropped.push(name)))
    document.byteLength = 40
    expect([await first?.grown(), await second?.grown()]).toEqual([true, true])
    expect(sending.bytes).toBe(40)
    first?.release()
    expect(await first?.grown()).toBe(false)
    second?.release()
    expect(sending.bytes).toBe(0)
  })

  it('drop who stalls, to become more', async () => {
    const document = { byteLength: 10 }
    const first = sending.hold(document, () => dropped.push('1'))
    for (const name of ['other', 'another']) hold(new Uint8Array(30), name)
    document.byteLength = 45
    nowMs = 60
    expect(await first?.grown()).toBe(true)
    expect([dropped, sending.bytes]).toEqual([['other'], 75])
  })

  it('may be more than the bound one at a time, and leave half of it to others', async () => {
    const large = hold(new Uint8Array(500))
    expect(sending.bytes).toBe(500)
    expect(hold(new Uint8Array(500))).toBeUndefined()
    expect(hold(new Uint8Array(50))).toBeDefined()
    expect(hold(new Uint8Array(1))).toBeUndefined()
    large?.release()
    expect(sending.bytes).toBe(50)
    expect(hold(new Uint8Array(500))).toBeDefined()
    expect(hold(new Uint8Array(1))).toBeUndefined()
  })

  it('become more than the bound one after the other', async () => {
    const [first, second, third] = Array.from({ length: 3 }, () => ({ byteLength: 30 }))
    const held = [first, second, third].map((one) => sending.hold(one as Sized, () => {}))
    const done: string[] = []
    const grow = (which: number): Promise<unknown> | undefined =>
      held[which]?.grown().then((is) => done.push(`${which} ${is}`))
    for (const one of [first, second, third]) if (one) one.byteLength = 300
    const waiting = [0, 1, 2].map(grow)
    await waiting[0]
    expect(done).toEqual(['0 true'])
    expect(sending.bytes).toBe(360)
    held[1]?.release()
    await waiting[1]
    expect(done).toEqual(['0 true', '1 false'])
    held[0]?.release()
    await waiting[2]
    expect(done).toEqual(['0 true', '1 false', '2 true'])
    held[2]?.release()
    expect(sending.bytes).toBe(0)
    expect(hold(new Uint8Array(100))).toBeDefined()
  })

  it('that wait for room become more when somebody has stalled', async () => {
    const [first, second] = [{ byteLength: 40 }, { byteLength: 40 }]
    const held = [first, second].map((one, i) => sending.hold(one, () => dropped.push(`${i}`)))
    first.byteLength = 300
    await held[0]?.grown()
    second.byteLength = 300
    let looks = 0
    const grown = held[1]?.grown(() => {
      looks += 1
      if (looks === 2) nowMs = 60
    })
    expect(await grown).toBe(true)
    expect(dropped).toEqual(['0'])
    expect(looks).toBeGreaterThan(1)
  })
})
