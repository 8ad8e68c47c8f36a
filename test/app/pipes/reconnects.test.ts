import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { joinByLanes } from '../../../src/app/pipes/lanes-viewer.ts'
import { Pipe } from '../../../src/app/pipes/pipe.ts'
import { CREDIT_BYTES } from '../../../src/channel/lanes.ts'
import { unguarded } from '../../../src/log/faults.ts'
import type { Ended } from '../../../src/pipe/notes.ts'
import { PipeViewer } from '../../../src/pipe/viewer.ts'
import { ProbeEnd } from './probe-end.ts'

/** What happens between app and viewer, in an order that fast-check makes up. */
const step = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant('output' as const),
      lane: fc.constantFrom('out' as const, 'err' as const),
      size: fc.nat(150_000),
    }),
  },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('input' as const), size: fc.nat(100_000) }) },
  {
    weight: 60,
    arbitrary: fc.record({ do: fc.constant('down' as const), frames: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 60,
    arbitrary: fc.record({ do: fc.constant('up' as const), frames: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 40,
    arbitrary: fc.record({ do: fc.constant('show' as const), chunks: fc.integer({ min: 1, max: 20 }) }),
  },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('reads' as const), takes: fc.boolean() }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('drop' as const) }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('connect' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('endInput' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ends' as const) }) },
)

/** Most bytes of a chunk from a probe. */
const MAX_CHUNK_BYTES = 16 * 1024

const PERIOD = 251
const pattern = Uint8Array.from({ length: 150_000 + PERIOD }, (_, i) => i % PERIOD)

/** Bytes of which each tells where it belongs. */
const sequence = (start: number, size: number): Uint8Array =>
  pattern.subarray(start % PERIOD, (start % PERIOD) + size)

/** Whether all parts together are the sequence from its start, of that size. */
const isSequence = (parts: readonly Uint8Array[], size: number): boolean => {
  let at = 0
  for (const part of parts) {
    if (Buffer.compare(part, sequence(at, part.length)) !== 0) return false
    at += part.length
  }
  return at === size
}

/** A connection whose frames arrive when the test says so, and are lost when it is dropped. */
class Line extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  readonly down: Uint8Array[] = []
  readonly up: Uint8Array[] = []
  closedWith: number | undefined
  send(frame: Uint8Array): void {
    this.down.push(frame)
  }
  close(code: number): void {
    this.readyState = 2
    this.closedWith = code
  }
}

class World {
  readonly process = new ProbeEnd()
  readonly pipe: Pipe
  viewer = new PipeViewer()
  readonly shown = { out: [] as Uint8Array[], err: [] as Uint8Array[] }
  readonly toShow: number[] = []
  readonly produced = { out: 0, err: 0 }
  typed = 0
  /** The process has. */
  hasEnded = false
  ended: Ended | undefined
  isGone = false
  line: (Line & { take?: (frame: Buffer) => void; closed?: (code: number) => void }) | undefined

  constructor() {
    this.pipe = new Pipe({
      stream: this.process,
      tty: false,
      unwatchedMs: 1e9,
      guard: unguarded,
      over: () => {},
      gone: () => {
        this.isGone = true
      },
    })
  }

  /** The process writes, in chunks as a probe sends them. */
  output(lane: 'out' | 'err', size: number): void {
    if (this.hasEnded) return
    for (let left = size; left > 0; left -= MAX_CHUNK_BYTES) {
      const bytes = sequence(this.produced[lane], Math.min(left, MAX_CHUNK_BYTES))
      this.process.output(lane, bytes)
      this.produced[lane] += bytes.length
    }
  }

  type(size: number): void {
    if (this.viewer.input(sequence(this.typed, size))) this.typed += size
    this.flush()
  }

  endInput(): void {
    this.viewer.endInput()
    this.flush()
  }

  ends(): void {
    if (!this.hasEnded) this.process.ends({ exit: { code: 7 } })
    this.hasEnded = true
  }

  connect(): void {
    if (this.line !== undefined || this.isGone) return
    const line: NonNullable<World['line']> = new Line()
    const place = Object.fromEntries(
      [...new URLSearchParams(this.viewer.query())].map(([name, value]) => [name, Number(value)]),
    )
    const joined = joinByLanes(line as unknown as WebSocket, this.pipe, place)
    line.take = (frame) => joined.take(frame, true)
    line.closed = joined.closed
    this.line = line
  }

  /** Somebody else looks at the pipe for a moment, and does not acknowledge what it shows. */
  lookElsewhere(): void {
    const other = joinByLanes(new Line() as unknown as WebSocket, this.pipe, {})
    this.down(1000)
    other.closed(1006)
  }

  drop(code = 1006): void {
    this.line?.closed?.(code)
    this.line?.emit('close')
    this.line = undefined
    this.viewer.disconnected()
  }

  /** Another window goes on behind what this one has shown. */
  next(): void {
    this.drop()
    this.viewer = new PipeViewer(this.shownBytes)
  }

  /** How much was shown of both lanes, when nothing is to be shown any more. */
  get shownBytes(): number {
    return [...this.shown.out, ...this.shown.err].reduce((sum, { length }) => sum + length, 0)
  }

  down(frames: number): void {
    const { line } = this
    for (const frame of line?.down.splice(0, frames) ?? []) {
      const event = this.viewer.take(frame)
      if (event.kind === 'output') {
        this.shown[event.lane].push(event.bytes)
        this.toShow.push(event.bytes.length)
      }
      if (event.kind === 'ended') this.ended = event.ended
      this.flush()
    }
    if (line?.down.length === 0 && line.closedWith !== undefined) this.drop(line.closedWith)
  }

  up(frames: number): void {
    for (const frame of this.line?.up.splice(0, frames) ?? []) this.line?.take?.(Buffer.from(frame))
  }

  show(chunks: number): void {
    for (const size of this.toShow.splice(0, chunks)) this.viewer.consumed(size)
    this.flush()
  }

  flush(): void {
    for (const frame of this.viewer.frames()) this.line?.up.push(frame)
  }

  /** Lets all go on until nothing more comes. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      this.connect()
      const before = [this.pipe.output.sent, this.process.taken.length, this.isGone].join()
      this.down(1000)
      this.show(1000)
      this.up(1000)
      await turn()
      const after = [this.pipe.output.sent, this.process.taken.length, this.isGone].join()
      quiet = before === after ? quiet + 1 : 0
    }
  }
}

it('loses no byte and doubles none, however often the connection breaks and however slow either end is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), async (steps) => {
      const world = new World()
      const { process, pipe, viewer } = world
      for (const now of steps) {
        switch (now.do) {
          case 'output':
            world.output(now.lane, now.size)
            break
          case 'input':
            world.type(now.size)
            break
          case 'endInput':
            world.endInput()
            break
          case 'ends':
            world.ends()
            break
          case 'down':
            world.down(now.frames)
            break
          case 'up':
            world.up(now.frames)
            break
          case 'show':
            world.show(now.chunks)
            break
          case 'reads':
            process.reads(now.takes)
            break
          case 'drop':
            world.drop()
            break
          case 'connect':
            world.connect()
            break
        }
        await turn()
        expect(pipe.output.size).toBeLessThanOrEqual(CREDIT_BYTES)
        expect(pipe.input.size).toBeLessThanOrEqual(CREDIT_BYTES)
      }
      process.reads(true)
      await world.settle()
      if (!world.hasEnded) {
        world.endInput()
        await world.settle()
        const input = process.taken.filter(({ lane }) => lane === 'in').map(({ bytes }) => bytes)
        expect(isSequence(input, world.typed)).toBe(true)
        expect(process.inputEnded).toBe(true)
        expect(viewer.pendingInputBytes).toBe(0)
        world.ends()
        await world.settle()
      }
      expect(isSequence(world.shown.out, world.produced.out)).toBe(true)
      expect(isSequence(world.shown.err, world.produced.err)).toBe(true)
      expect(world.ended).toEqual({ exit: { code: 7 } })
      expect(world.isGone).toBe(true)
    }),
    { numRuns: 200 },
  )
})

it('goes on with the next window, and the next, also when each has little to acknowledge', async () => {
  const [windows, each] = [20, 31_000]
  const world = new World()
  for (let window = 0; window < windows; window++) {
    world.output('out', each)
    await world.settle()
    world.next()
  }
  expect(world.shownBytes).toBe(windows * each)
  expect(isSequence(world.shown.out, windows * each)).toBe(true)
})

it('goes on where it was when it is taken back, with what is typed from then on', async () => {
  const world = new World()
  world.process.reads(false)
  world.type(100_000)
  world.connect()
  world.up(1000)
  // So much that the app has no room for more, of which nothing is shown yet.
  world.output('out', CREDIT_BYTES)
  await turn()
  world.down(1000)
  await turn()
  world.lookElsewhere()
  expect(world.line).toBeUndefined()
  world.process.reads(true)
  world.viewer.takeBack()
  world.typed = 0
  world.connect()
  world.type(1000)
  world.output('out', CREDIT_BYTES)
  await world.settle()
  expect(world.shownBytes).toBe(2 * CREDIT_BYTES)
  expect(isSequence(world.shown.out, 2 * CREDIT_BYTES)).toBe(true)
  const last = Buffer.from(sequence(0, 1000))
  expect(world.process.input.subarray(-1000).equals(last)).toBe(true)
  // The process had been given some of what was typed before.
  expect(world.process.input.length).toBeLessThan(100_000)
})
