import { connect, type Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startVictim, type Victim } from './victim.ts'

let victim: Victim
beforeAll(async () => {
  victim = await startVictim()
})
afterAll(() => victim.app.remove())

const MIB = 1024 * 1024
const TEXT = 0x1
const CONTINUATION = 0x0
const PING = 0x9
const FIN = 0x80
const MASKED = 0x80

/** A frame as RFC 6455 has it, but for what a test changes; the mask is zero. */
const frame = (first: number, payload: Buffer, claimedBytes = payload.length): Buffer => {
  const head = Buffer.alloc(14)
  head[0] = first
  head[1] = MASKED | 127
  head.writeBigUInt64BE(BigInt(claimedBytes), 2)
  return Buffer.concat([head, payload])
}

/** Opens a WebSocket by hand, sends frames, and waits until the app closes it. @returns the code it closes with */
const codeAfter = async (frames: (socket: Socket) => Promise<void> | void): Promise<number> => {
  const socket = connect(victim.app.port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.write(
    `GET /api/topology/hosts/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Authorization: Bearer ${victim.token}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  )
  const opened = new Promise<void>((resolve) => socket.once('data', () => resolve()))
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await opened
  await frames(socket)
  await closed
  const all = Buffer.concat(chunks)
  expect(all.toString('latin1')).toMatch(/^HTTP\/1.1 101 /)
  const at = all.lastIndexOf(0x88)
  return at < 0 ? 0 : all.readUInt16BE(at + 2)
}

describe('a frame that harms closes its socket, and no other', () => {
  it.each<[string, () => Buffer, number]>([
    ['claims a terabyte', () => frame(FIN | TEXT, Buffer.alloc(100), 2 ** 40), 1009],
    [
      'claims more than a number holds',
      () => frame(FIN | TEXT, Buffer.alloc(0), Number.MAX_SAFE_INTEGER),
      1009,
    ],
    ['is too large', () => frame(FIN | TEXT, Buffer.alloc(100_000)), 1009],
    ['is not masked', () => Buffer.from([FIN | TEXT, 2, 0x61, 0x62]), 1002],
    ['says it is compressed', () => frame(FIN | 0x40 | TEXT, Buffer.alloc(10)), 1002],
    ['has bits that mean nothing', () => frame(FIN | 0x30 | TEXT, Buffer.alloc(10)), 1002],
    ['has a kind that means nothing', () => frame(FIN | 0x7, Buffer.alloc(10)), 1002],
    ['goes on with what was not begun', () => frame(FIN | CONTINUATION, Buffer.alloc(10)), 1002],
    ['is a ping of 1 kB', () => frame(FIN | PING, Buffer.alloc(1000)), 1002],
    ['is text that is no UTF-8', () => frame(FIN | TEXT, Buffer.from([0xff, 0xfe])), 1007],
  ])('one that %s', async (_what, bytes, code) => {
    expect(await codeAfter((socket) => void socket.write(bytes()))).toBe(code)
  })

  it('a message in pieces without end', async () => {
    const rssBefore = process.memoryUsage.rss()
    const code = await victim.during(() =>
      codeAfter((socket) => {
        socket.write(frame(TEXT, Buffer.alloc(100)))
        const piece = frame(CONTINUATION, Buffer.alloc(100))
        // It ends after all, just beyond what the app takes: whoever writes to a closed socket may not read why it was closed.
        let leftBytes = 4096
        const more = setInterval(() => {
          socket.write(piece)
          leftBytes -= 100
          if (leftBytes < 0) clearInterval(more)
        }, 1)
        socket.once('close', () => clearInterval(more))
      }),
    )
    expect(code).toBe(1009)
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(200 * MIB)
  })

  it('a flood of pings, whose answers nobody reads', async () => {
    const rssBefore = process.memoryUsage.rss()
    await victim.during(async () => {
      const pings = Buffer.concat(Array.from({ length: 10_000 }, () => frame(FIN | PING, Buffer.alloc(100))))
      await codeAfter(async (socket) => {
        socket.pause()
        const closed = new Promise((resolve) => socket.once('close', resolve))
        for (let i = 0; i < 100 && !socket.destroyed; i++)
          await Promise.race([new Promise((resolve) => socket.write(pings, resolve)), closed, after(2000)])
        socket.destroy()
      })
    })
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(200 * MIB)
  })
})

it('the map is up after all that', () => victim.seesMap())
