import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import type { AppLimits } from '../../../src/app/app.ts'
import { appEnvironment, appNodeOptions } from '../../../src/cli/parts/probe-runtime.ts'
import { eventually } from '../../support/eventually.ts'
import { type Program, startProgram } from '../../support/machine/program.ts'

const MIB = 1024 * 1024
/** Longer than whoever reads takes nothing, on a busy machine, too. */
const STALL_MS = 6000
const VIEW = '/api/topology/processes?unconnected=show'

let app: Program
let port: number
let documentBytes: number
const open: Socket[] = []

const start = async (limits: AppLimits, processes = 2500): Promise<void> => {
  app = startProgram(
    [
      process.execPath,
      ...appNodeOptions,
      'test/support/scope/app-program.ts',
      String(processes),
      JSON.stringify(limits),
    ],
    {
      env: { ...process.env, ...appEnvironment },
    },
  )
  const url = await app.ask('')
  port = Number(new URL(url).port)
  for (let i = 0; i < 3; i++) documentBytes = (await (await fetch(url + VIEW)).arrayBuffer()).byteLength
  expect(documentBytes).toBeGreaterThan(MIB)
}
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy()
  await app.end()
})

const memory = async (): Promise<{ now: number; peak: number }> => JSON.parse(await app.ask('memory'))

/** How much more memory the app takes at its peak, while something is done to it. */
const growthDuring = async (doing: () => Promise<void>): Promise<number> => {
  await memory()
  const { now } = await memory()
  await doing()
  return (await memory()).peak - now
}

/** How many connections to a port are open at its end. */
const establishedAt = (port: number): number => {
  const local = port.toString(16).toUpperCase().padStart(4, '0')
  return (
    readFileSync('/proc/net/tcp', 'utf8').match(new RegExp(`: [0-9A-F]+:${local} \\S+ 01 `, 'g'))?.length ?? 0
  )
}

const openSocket = async (): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  open.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.pause()
  return socket
}

const get = (path: string, ...headers: string[]): string =>
  `${[`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers].join('\r\n')}\r\n\r\n`

it('makes one answer at a time for a connection, however many are asked for', async () => {
  await start({})
  const requests = 200
  const growth = await growthDuring(async () => {
    const socket = await openSocket()
    socket.write(get(VIEW).repeat(requests))
    await sleep(2000)
  })
  expect(growth / (requests * documentBytes)).toBeLessThan(0.15)
})

it('holds one copy of an answer that many ask for and nobody reads, and ends what stalls', async () => {
  await start({ server: { stallMs: STALL_MS } })
  const [connections, requests] = [100, 12]
  const sockets = await Promise.all(Array.from({ length: connections }, openSocket))
  const growth = await growthDuring(async () => {
    // more than the kernel takes in for either side
    for (const socket of sockets)
      socket.write(get(VIEW).repeat(requests - 1) + get(VIEW, 'Connection: close'))
    // Nothing is read, so those who ask do not learn that they were given up.
    await eventually('most of them to be ended', () => establishedAt(port) < connections / 2)
  })
  expect(growth / (connections * documentBytes)).toBeLessThan(0.4)
  const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
  for (const socket of sockets) socket.resume()
  await Promise.all(closed)
  const ended = sockets.filter(({ bytesRead }) => bytesRead < requests * documentBytes)
  expect(ended.length).toBeGreaterThan(connections / 2)
})

it('refuses at no greater cost than it answers', async () => {
  await start({})
  // So many that what they would cost outweighs by far what a busy heap puts off collecting.
  const [connections, requests] = [20, 8000]
  const growth = await growthDuring(async () => {
    for (let i = 0; i < connections; i++) {
      const socket = await openSocket()
      socket.write(get('/api', 'X-Forwarded-For: 192.0.2.1').repeat(requests))
    }
    await sleep(3000)
  })
  expect(growth / (connections * requests)).toBeLessThan(2000)
})

it('gives a client that pipelines a little every answer, in order', async () => {
  await start({})
  const socket = await openSocket()
  socket.resume()
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.write(get('/api') + get('/health') + get('/api/nothing') + get('/api/probes', 'Connection: close'))
  await once(socket, 'close')
  expect(text.match(/HTTP\/1.1 \d+/g)).toEqual([
    'HTTP/1.1 200',
    'HTTP/1.1 200',
    'HTTP/1.1 404',
    'HTTP/1.1 200',
  ])
  expect(text.indexOf('"capabilities"')).toBeLessThan(text.indexOf('"status"'))
})

it('gives back the memory of a peak', async () => {
  // A heap grows by at most half of what it holds, and less than 32 MB are not worth a collection.
  await start({}, 4000)
  await memory()
  const { now: before } = await memory()
  for (let i = 0; i < 12; i++) {
    await app.ask('post')
    await Promise.all(
      Array.from({ length: 6 }, async () => (await fetch(`http://127.0.0.1:${port}${VIEW}`)).arrayBuffer()),
    )
  }
  const { now: busy } = await memory()
  expect(busy).toBeGreaterThan(before)
  let { now } = await memory()
  for (let i = 0; i < 60 && now - before > (busy - before) / 2; i++) {
    await sleep(1000)
    now = (await memory()).now
  }
  expect((now - before) / (busy - before)).toBeLessThanOrEqual(0.5)
})
