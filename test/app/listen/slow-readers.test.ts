import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { dropSlowReaders } from '../../../src/app/listen/slow-readers.ts'

const ANSWER_BYTES = 64 * 1024 * 1024

let server: Server
beforeEach(async () => {
  const limits = { graceMs: 200, bytesPerSecond: 1e9, checkIntervalMs: 50 }
  server = createServer(
    dropSlowReaders((_request, response) => response.end(Buffer.alloc(ANSWER_BYTES)), limits),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

const ask = () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  return socket
}

it('drops who takes an answer by the drop', async () => {
  const socket = ask()
  socket.on('data', () => {
    socket.pause()
    setTimeout(() => socket.resume(), 20)
  })
  await once(socket, 'close')
  expect(socket.bytesRead).toBeLessThan(ANSWER_BYTES)
})

it('lets whoever reads have it all', async () => {
  server.removeAllListeners('request')
  const limits = { graceMs: 60_000, bytesPerSecond: 1, checkIntervalMs: 5 }
  server.on(
    'request',
    dropSlowReaders((_request, response) => response.end(Buffer.alloc(ANSWER_BYTES)), limits),
  )
  const socket = ask().resume()
  await once(socket, 'close')
  expect(socket.bytesRead).toBeGreaterThan(ANSWER_BYTES)
})

it('waits with whoever reads for an answer that is made slowly', async () => {
  server.removeAllListeners('request')
  let checks = 0
  const nowMs = (): number => {
    checks += 1
    return performance.now()
  }
  const limits = { graceMs: 0, bytesPerSecond: 1e9, checkIntervalMs: 5 }
  const made = async (response: ServerResponse): Promise<void> => {
    response.write('the first half')
    const before = checks
    while (checks < before + 5) await sleep(5)
    response.end('the second half')
  }
  server.on(
    'request',
    dropSlowReaders((_request, response) => void made(response), limits, nowMs),
  )
  const told = text(ask())
  expect(await told).toContain('the second half')
})
