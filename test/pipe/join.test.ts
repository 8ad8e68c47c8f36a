import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { Chunk, Lane } from '../../src/channel/lanes.ts'
import { frameOf, noteFrameOf, parseFrame } from '../../src/pipe/frames.ts'
import { type JoinOptions, joinPipe, PipeGoneError } from '../../src/pipe/join.ts'
import type { Ended, ViewerNote } from '../../src/pipe/notes.ts'
import { eventually } from '../support/eventually.ts'

/** An app with one pipe: it keeps all output, so that any viewer can begin anywhere. */
const startPipe = async () => {
  const server: Server = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  const output: { lane: Lane; bytes: Buffer }[] = []
  const input: Buffer[] = []
  const notes: ViewerNote[] = []
  let ended: Ended | undefined
  let refusal: { status: number; message: string } | undefined
  let takesInput = true
  let current: WebSocket | undefined
  let sent = 0
  let connections = 0
  const sizeOf = (parts: readonly { length: number }[]) => parts.reduce((sum, { length }) => sum + length, 0)
  const total = () => sizeOf(output.map(({ bytes }) => bytes))

  const flush = (): void => {
    if (current === undefined) return
    let at = 0
    for (const { lane, bytes } of output) {
      const from = Math.max(0, sent - at)
      if (from < bytes.length) {
        current.send(frameOf(lane, bytes.subarray(from)))
        sent += bytes.length - from
      }
      at += bytes.length
    }
    if (ended === undefined) return
    current.send(noteFrameOf({ ended }))
    current.close(1000)
  }

  server.on('upgrade', (request, socket, head) => {
    connections++
    if (refusal !== undefined) {
      const body = JSON.stringify({ error: { code: 'x', message: refusal.message } })
      socket.end(
        `HTTP/1.1 ${refusal.status} No\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      )
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      current = client
      const query = new URL(request.url ?? '', 'http://x').searchParams
      sent = Number(query.get('from') ?? 0)
      client.send(noteFrameOf({ hello: { tty: false, from: sent, received: sizeOf(input), viewer: 1 } }))
      client.on('message', (data: Buffer) => {
        const { lane, bytes } = parseFrame(data) as Chunk
        if (lane === 'note') notes.push(JSON.parse(Buffer.from(bytes).toString()) as ViewerNote)
        else if (takesInput) {
          input.push(Buffer.from(bytes))
          client.send(noteFrameOf({ received: sizeOf(input) }))
        }
      })
      flush()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `ws://127.0.0.1:${port}/`,
    notes,
    input: () => Buffer.concat(input).toString(),
    connections: () => connections,
    acknowledged: () => Math.max(0, ...notes.map((note) => ('ack' in note ? note.ack : 0))),
    write: (text: string, lane: Lane = 'out') => {
      output.push({ lane, bytes: Buffer.from(text) })
      flush()
    },
    end: (how: Ended) => {
      ended = how
      flush()
    },
    refuse: (status: number, message: string) => {
      refusal = { status, message }
    },
    takeInput: (takes: boolean) => {
      takesInput = takes
    },
    /** Breaks the connection off, as a network does. */
    drop: () => current?.terminate(),
    close: (code: number, reason: string) => current?.close(code, reason),
    /** Neither answers nor closes any more. */
    freeze: () => current?.pause(),
    total,
    stop: async () => {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      server.close()
    },
  }
}

let pipe: Awaited<ReturnType<typeof startPipe>>
const joined: { destroy(): unknown }[] = []
beforeEach(async () => {
  pipe = await startPipe()
})
afterEach(async () => {
  for (const stream of joined.splice(0)) stream.destroy()
  await pipe.stop()
})

const join = (more: Partial<JoinOptions> = {}) => {
  const stream = joinPipe({
    connect: (query) => new WebSocket(`${pipe.url}?${query}`),
    graceMs: 0,
    ...more,
  })
  joined.push(stream)
  stream.on('error', () => undefined)
  return stream
}

/** Breaks the connection off, and waits for another one: the loss itself may be over before anybody looks. */
const breakOff = async (stream: ReturnType<typeof join>) => {
  const before = pipe.connections()
  pipe.drop()
  await eventually('the connection again', () => pipe.connections() > before && !stream.isLost)
}

/** All that comes until the end. */
const all = async (stream: AsyncIterable<Chunk>) => {
  const texts: Record<string, string> = {}
  for await (const { lane, bytes } of stream)
    texts[lane] = (texts[lane] ?? '') + Buffer.from(bytes).toString()
  return texts
}

describe('a pipe that is joined', () => {
  it('gives output by lanes, then how it ended', async () => {
    const read = all(join())
    pipe.write('out')
    pipe.write('err', 'err')
    pipe.end({ exit: { code: 3 } })
    expect(await read).toEqual({ out: 'out', err: 'err', note: '{"exit":{"code":3}}' })
  })

  it('ends without a note when it does not tell how', async () => {
    const read = all(join())
    pipe.end({})
    expect(await read).toEqual({})
  })

  it('fails with the reason why it ended', async () => {
    const stream = join()
    const read = all(stream)
    pipe.write('all of it')
    pipe.end({ reason: 'the probe has gone' })
    await expect(read).rejects.toThrow(new PipeGoneError('the probe has gone'))
  })

  it('takes input, its end, and sizes', async () => {
    const stream = join()
    stream.write({ lane: 'note', bytes: Buffer.from('{"resize":{"columns":90,"rows":20}}') })
    stream.write({ lane: 'in', bytes: Buffer.from('hello ') })
    stream.end({ lane: 'in', bytes: Buffer.from('world') })
    await eventually('the end of the input', () => pipe.notes.some((note) => 'endInput' in note))
    expect(pipe.input()).toBe('hello world')
    expect(pipe.notes).toContainEqual({ resize: { columns: 90, rows: 20 } })
  })

  it('loses nothing, and gets nothing twice, when its connection breaks again and again', async () => {
    const news: string[] = []
    const stream = join({ onLost: () => news.push('lost'), onBack: () => news.push('back') })
    const read = all(stream)
    await eventually('the connection', () => !stream.isLost)
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index}\n`)
    for (const [index, line] of lines.entries()) {
      pipe.write(line)
      stream.write({ lane: 'in', bytes: Buffer.from(line) })
      if (index % 20 === 10) await breakOff(stream)
    }
    await eventually('all input', () => pipe.input().length === lines.join('').length)
    pipe.end({ exit: { code: 0 } })
    expect((await read).out).toBe(lines.join(''))
    expect(pipe.input()).toBe(lines.join(''))
    expect(pipe.connections()).toBe(4)
    // A loss is told when its grace is over, even of 0 ms; by then the connection may be back.
    expect(news.filter((_, index) => index % 2 === 0).every((one) => one === 'lost')).toBe(true)
  })

  it('says nothing of a loss that is over at once', async () => {
    const news: string[] = []
    const stream = join({ graceMs: 60_000, onLost: () => news.push('lost'), onBack: () => news.push('back') })
    await eventually('the connection', () => !stream.isLost)
    await breakOff(stream)
    expect(news).toEqual([])
  })

  it('acknowledges no more than was read', async () => {
    const stream = join()
    for (let i = 0; i < 16; i++) pipe.write('x'.repeat(16 * 1024))
    await eventually('the connection', () => !stream.isLost)
    await pause(100)
    expect(pipe.acknowledged()).toBeLessThan(64 * 1024)
    stream.resume()
    await eventually('acknowledgements', () => pipe.acknowledged() > pipe.total() - 64 * 1024)
  })

  it('takes no more input than the app does', async () => {
    pipe.takeInput(false)
    const stream = join()
    let written = 0
    const write = () =>
      stream.write({ lane: 'in', bytes: Buffer.alloc(16 * 1024) }, () => {
        written++
      })
    for (let i = 0; i < 100; i++) write()
    await pause(200)
    expect(written).toBeLessThan(17)
    pipe.takeInput(true)
    pipe.drop()
    await eventually('all to be written', () => written === 100)
    await eventually('all input', () => pipe.input().length >= 100 * 16 * 1024)
    expect(pipe.input().length).toBe(100 * 16 * 1024)
  })

  it('notices that the other end is silent', async () => {
    const stream = join({ pingMs: 1000 })
    await eventually('the connection', () => !stream.isLost)
    const before = pipe.connections()
    pipe.freeze()
    await eventually('another connection', () => pipe.connections() > before)
  })

  it.each([
    [404, 'the app knows no such pipe'],
    [401, 'who are you?'],
  ])('fails at once where it is refused: %i', async (status, message) => {
    pipe.refuse(status, message)
    await expect(all(join())).rejects.toThrow(message)
  })

  it('fails where it is gone after a loss', async () => {
    const stream = join()
    const read = all(stream)
    await eventually('the connection', () => !stream.isLost)
    pipe.refuse(404, 'the pipe has ended')
    pipe.drop()
    await expect(read).rejects.toThrow(new PipeGoneError('the pipe has ended'))
  })

  it('tries again while the app is busy, and gives up in the end', async () => {
    pipe.refuse(503, 'too many')
    await expect(all(join({ patienceMs: 3000 }))).rejects.toThrow(/did not come back within 3 s: too many/)
    expect(pipe.connections()).toBeGreaterThan(1)
  })

  it.each([
    [4001, '', 'somebody else looks at it now'],
    [1008, 'the session has ended', 'the app has closed it: the session has ended'],
  ])('fails where it was closed for good: %i', async (code, said, message) => {
    const stream = join()
    const read = all(stream)
    await eventually('the connection', () => !stream.isLost)
    pipe.close(code, said)
    await expect(read).rejects.toThrow(message)
  })

  it('is left without a trace', async () => {
    const stream = join()
    await eventually('the connection', () => !stream.isLost)
    stream.destroy()
    await pause(300)
    expect(pipe.connections()).toBe(1)
    const early = join()
    early.destroy()
    await pause(100)
    expect(early.destroyed).toBe(true)
  })
})
