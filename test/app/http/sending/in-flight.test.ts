import { beforeEach, describe, expect, it } from 'vitest'
import { BytesInFlight } from '../../../../src/app/http/sending/in-flight.ts'

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

  it('are counted as they become more, while there is room', () => {
    const document = { byteLength: 10 }
    const [first, second] = ['1', '2'].map((name) => sending.hold(document, () => dropped.push(name)))
    document.byteLength = 60
    expect([first?.grown(), second?.grown()]).toEqual([true, true])
    expect(sending.bytes).toBe(60)
    hold(new Uint8Array(30), 'other')
    document.byteLength = 90
    expect(first?.grown()).toBe(false)
    expect(sending.bytes).toBe(90)
    nowMs = 60
    second?.progressed()
    first?.progressed()
    expect(first?.grown()).toBe(true)
    expect(dropped).toEqual(['other'])
    first?.release()
    expect(first?.grown()).toBe(false)
    second?.release()
    expect(sending.bytes).toBe(0)
  })

  it('may be more than the bound when they are alone', () => {
    const large = hold(new Uint8Array(500))
    expect(large).toBeDefined()
    expect(hold(new Uint8Array(1))).toBeUndefined()
    large?.release()
    expect(sending.bytes).toBe(0)
  })
})
