import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { WebSocket } from 'ws'
import { Pipe } from '../../../src/app/pipes/pipe.ts'
import { joinRaw } from '../../../src/app/pipes/raw-viewer.ts'
import { MAX_DATA_BYTES } from '../../../src/channel/frames.ts'
import { unguarded } from '../../../src/log/faults.ts'
import { keepPinging } from '../../../src/sockets/pings.ts'
import { SlowLine } from '../../support/slow-line.ts'
import { startSocketServer } from '../../support/socket-servers.ts'
import { ProbeEnd } from './probe-end.ts'

const openPipe = (stream: ProbeEnd): Pipe => {
  const nobody = { over: () => {}, gone: () => {} }
  const pipe = new Pipe({ stream, tty: true, unwatchedMs: 60_000, guard: unguarded, ...nobody })
  onTestFinished(() => pipe.end('the test is over'))
  return pipe
}

it('tells that the other end took output only of what the kernel had no room for at first', async () => {
  const stream = new ProbeEnd()
  const pipe = openPipe(stream)
  const line = new SlowLine()
  let progress = 0
  joinRaw(line as unknown as WebSocket, pipe, () => progress++)

  line.hasRoom = true
  stream.output('out', 'x')
  await turn()
  await turn()
  expect([pipe.output.sent, pipe.output.size, progress]).toEqual([1, 0, 0])

  line.hasRoom = false
  for (let i = 0; i < 10; i++) stream.output('out', Buffer.alloc(MAX_DATA_BYTES))
  await turn()
  await turn()
  expect([line.bufferedAmount, progress]).toEqual([64 * 1024, 0])
  line.take()
  expect([line.bufferedAmount, progress]).toEqual([64 * 1024, 1])
})

describe.each(['TCP', 'TLS'] as const)('over %s', (over) => {
  it('a viewer that reads no more is noticed, also while the kernel takes what it is sent', async () => {
    const server = await startSocketServer(over)
    onTestFinished(() => server.close())
    const pings = keepPinging({ intervalMs: 1000, patience: 3, guard: unguarded })
    onTestFinished(pings.stop)
    const stream = new ProbeEnd()
    const pipe = openPipe(stream)
    server.sockets.on('connection', (socket) => joinRaw(socket, pipe, pings.add(socket).answered))
    const viewer = server.client()
    const [served] = await once(server.sockets, 'connection')
    const writing = setInterval(() => stream.output('out', 'x'), 100)
    onTestFinished(() => clearInterval(writing))
    await once(viewer, 'message')
    viewer.pause()
    await once(served, 'close')
  })
})
