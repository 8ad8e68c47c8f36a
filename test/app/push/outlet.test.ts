import { setImmediate as turn } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { BytesInFlight } from '../../../src/app/http/sending/in-flight.ts'
import { PiecewiseOutlet } from '../../../src/app/push/outlet.ts'
import { SlowLine } from '../../support/slow-line.ts'

const PIECE_BYTES = 256 * 1024

let nowMs: number
let sending: BytesInFlight
let line: SlowLine
let progress: number
let outlet: PiecewiseOutlet
beforeEach(() => {
  nowMs = 0
  sending = new BytesInFlight({ bytes: 8 * PIECE_BYTES, stalledMs: 50 }, () => nowMs)
  line = new SlowLine()
  progress = 0
  outlet = new PiecewiseOutlet(line as unknown as WebSocket, { sending, progressed: () => progress++ })
})
const send = (pieces: number) => outlet.send({ bytes: Buffer.alloc(pieces * PIECE_BYTES), isBinary: true })
const holdMore = () => sending.hold(Buffer.alloc(4 * PIECE_BYTES), () => {})

describe('a reader that takes a large frame slowly', () => {
  beforeEach(() => {
    send(4)
    nowMs = 10
    send(1)
  })

  it('is not dropped for a frame that waits behind it', () => {
    for (nowMs = 30; nowMs <= 90; nowMs += 20) {
      line.take()
      expect(holdMore() === undefined || nowMs === 90).toBe(true)
      expect(line.readyState).toBe(line.OPEN)
    }
    line.take()
    expect([sending.bytes, outlet.waitingBytes]).toEqual([4 * PIECE_BYTES, 0])
  })

  it('is dropped when it takes no more', () => {
    nowMs = 30
    line.take()
    nowMs = 81
    expect(holdMore()).toBeDefined()
    expect(line.readyState).not.toBe(line.OPEN)
    expect([sending.bytes, outlet.waitingBytes]).toEqual([4 * PIECE_BYTES, 0])
  })
})

it('tells that the other end took something only of what the kernel had no room for at first', async () => {
  line.hasRoom = true
  send(1)
  await turn()
  expect([outlet.waitingBytes, progress]).toEqual([0, 0])
  line.hasRoom = false
  send(1)
  await turn()
  line.take()
  expect([outlet.waitingBytes, progress]).toEqual([0, 1])
})
