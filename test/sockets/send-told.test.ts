import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { sendTold } from '../../src/sockets/send-told.ts'
import { eventually } from '../support/eventually.ts'
import { type SocketServer, startSocketServer } from '../support/socket-servers.ts'

describe.each(['TCP', 'TLS'] as const)('over %s', (over) => {
  let server: SocketServer
  let served: WebSocket
  let client: WebSocket
  /** Of each message, in their order: whether it had to wait; undefined as long as the kernel has not taken it. */
  let told: (boolean | undefined)[]
  beforeEach(async () => {
    told = []
    server = await startSocketServer(over)
    const connected = once(server.sockets, 'connection')
    client = server.client()
    await once(client, 'open')
    const [socket] = await connected
    served = socket
    client.pause()
  })
  afterEach(() => server.close())

  const send = (data: Uint8Array, whenTaken: () => void = () => {}): void => {
    const index = told.push(undefined) - 1
    sendTold(served, data, { binary: true }, (hasWaited) => {
      told[index] = hasWaited
      whenTaken()
    })
  }

  it('does not tell of what the kernel has room for that it had to wait', async () => {
    const data = Buffer.alloc(16 * 1024)
    send(data)
    // As output of a program comes: several at once, and more as soon as they were taken.
    for (let i = 0; i < 3; i++) send(data, () => send(data))
    await eventually('all is taken', () => told.length === 7 && !told.includes(undefined))
    expect(told).toEqual(Array(7).fill(false))
  })

  it('tells of what waits until the other end has taken some that it had to wait', async () => {
    const data = Buffer.alloc(256 * 1024)
    do {
      send(data)
      await turn()
    } while (served.bufferedAmount === 0)
    const waiting = told.length - 1
    expect([told[0], told[waiting]]).toEqual([false, undefined])
    client.resume()
    await eventually('it is taken', () => told[waiting] !== undefined)
    expect(told[waiting]).toBe(true)
    expect(served.readyState).toBe(WebSocket.OPEN)
  })
})
