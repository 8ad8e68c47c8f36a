import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MAX_DATA_BYTES } from '../../src/channel/frames.ts'
import { MAX_UNDER_WAY_BYTES } from '../../src/channel/mux/mux.ts'
import { type ByteStream, type Chunk, CREDIT_BYTES } from '../../src/channel/stream.ts'
import { eventually } from '../support/eventually.ts'
import { type LinkedSockets, linkSockets } from './linked-sockets.ts'

let linked: LinkedSockets
beforeEach(async () => {
  linked = await linkSockets()
})
afterEach(async () => {
  expect([...linked.app.errors, ...linked.probe.errors]).toEqual([])
  await linked.close()
})

const open = (id: number): { readonly app: ByteStream; readonly probe: ByteStream } => ({
  app: linked.app.link.streams.open(id),
  probe: linked.probe.link.streams.open(id),
})
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Waits until a number grows no more, though this process had time for it, also when it is given little. */
const standsStill = async (of: () => number): Promise<void> => {
  let before = 0
  for (let turns = 0; turns < 50; turns++) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    await turn()
    if (of() !== before || before === 0) turns = 0
    before = of()
  }
}

/** Writes for ever, as fast as the stream takes it. @returns how many bytes it has taken so far */
const flood = (stream: ByteStream, size = 30_000): (() => number) => {
  let taken = 0
  const bytes = Buffer.alloc(size, 'x')
  const more = (): void => {
    if (stream.destroyed) return
    stream.write({ lane: 'out', bytes }, (error) => {
      if (error) return
      taken += size
      more()
    })
  }
  more()
  return () => taken
}

/** Answers each chunk with the same bytes. */
const echo = async (stream: ByteStream): Promise<void> => {
  try {
    for await (const { bytes } of stream) stream.write({ lane: 'out', bytes })
  } catch {
    // The channel is closed at the end of the test.
  }
}

const key: Chunk = { lane: 'in', bytes: Buffer.from('k') }
const nextChunk = (stream: ByteStream): Promise<Chunk> =>
  new Promise((resolve) => stream.once('data', resolve))
const pressKey = async (stream: ByteStream): Promise<void> => {
  const answered = nextChunk(stream)
  stream.write(key)
  expect(Buffer.from((await answered).bytes).toString()).toBe('k')
}

test('a stream that floods and is not read holds up no other', async () => {
  const { app: unread, probe: source } = open(1)
  const { app: terminal, probe: shell } = open(2)
  const taken = flood(source)
  void echo(shell)
  await standsStill(taken)
  for (let i = 0; i < 50; i++) await pressKey(terminal)
  expect(taken()).toBeLessThanOrEqual(CREDIT_BYTES)
  unread.resume()
  await eventually('the flood to go on', () => taken() > 4 * CREDIT_BYTES)
})

test('a key press and its answer do not wait behind a stream that floods and is read', async () => {
  const { app: viewer, probe: source } = open(1)
  const { app: terminal, probe: shell } = open(2)
  let seen = 0
  viewer.on('data', ({ bytes }: Chunk) => {
    seen += bytes.length
  })
  flood(source)
  void echo(shell)
  await eventually('the flood', () => seen > 10 * CREDIT_BYTES)
  for (let i = 0; i < 50; i++) {
    const before = seen
    await pressKey(terminal)
    // What was on its way when the key was pressed, and when it was answered.
    expect(seen - before).toBeLessThan(2 * (CREDIT_BYTES + MAX_UNDER_WAY_BYTES))
  }
})

test('what is written last goes next where many streams flood a network that takes nothing', async () => {
  const floods = Array.from({ length: 20 }, (_, i) => open(i + 1))
  const { app: terminal, probe: shell } = open(100)
  linked.app.socket.pause()
  const taken = floods.map(({ probe }) => flood(probe))
  const total = () => taken.reduce((sum, of) => sum + of(), 0)
  await standsStill(total)
  expect(linked.probe.socket.bufferedAmount).toBeLessThan(MAX_UNDER_WAY_BYTES + 2 * MAX_DATA_BYTES)
  const before = total()
  shell.write(key)
  await turn()
  let seen = 0
  for (const { app } of floods)
    app.on('data', ({ bytes }: Chunk) => {
      seen += bytes.length
    })
  const arrived = nextChunk(terminal)
  linked.app.socket.resume()
  await arrived
  // What had been handed on before, and parts of chunks that had been handed on.
  expect(seen).toBeLessThanOrEqual(before + floods.length * 30_000)
})

test('a hundred streams at once carry each byte in order, both ways', async () => {
  const bytesOf = (seed: number): Buffer => {
    const bytes = Buffer.alloc(100_000)
    for (let i = 0; i < bytes.length; i++) bytes[i] = i * 7 + (i >> 8) * seed + seed
    return bytes
  }
  const send = async (stream: ByteStream, content: Buffer): Promise<void> => {
    for (let at = 0, length = 1; at < content.length; at += length) {
      length = 1 + ((at * 31) % 20_000)
      const isTaken = stream.write({ lane: 'out', bytes: content.subarray(at, at + length) })
      if (!isTaken) await new Promise((resolve) => stream.once('drain', resolve))
    }
    stream.end()
  }
  const receive = async (stream: ByteStream): Promise<Buffer> => {
    const parts: Uint8Array[] = []
    for await (const { bytes } of stream) parts.push(bytes)
    return Buffer.concat(parts)
  }
  await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const { app, probe } = open(i + 1)
      const [up, down] = [bytesOf(i), bytesOf(i + 100)]
      const [gotUp, gotDown] = await Promise.all([
        receive(app),
        receive(probe),
        send(probe, up),
        send(app, down),
      ])
      expect(gotUp.equals(up) && gotDown.equals(down)).toBe(true)
    }),
  )
  await eventually(
    'all to be over',
    () => linked.app.link.streams.size + linked.probe.link.streams.size === 0,
  )
})

test('a program is slowed down to the speed at which somebody reads, through any number of steps', async () => {
  const { app, probe } = open(1)
  const taken = flood(probe)
  let seen = 0
  const slow = pipeline(app, async (chunks: AsyncIterable<Chunk>) => {
    for await (const { bytes } of chunks) {
      seen += bytes.length
      expect(taken() - seen).toBeLessThan(2 * CREDIT_BYTES)
      await turn()
      if (seen > 20 * CREDIT_BYTES) break
    }
  })
  await slow
  await eventually('the source to be told', () => probe.destroyed)
})

test('streams end with their channel, at both ends', async () => {
  const { app, probe } = open(1)
  linked.probe.socket.terminate()
  for (const stream of [app, probe]) await expect(stream.toArray()).rejects.toThrow('the channel has closed')
})
