import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeFrame, encodeFrame } from '../../../src/channel/frames.ts'
import { costOf } from '../../../src/channel/mux/cost.ts'
import { LONGEST_WAIT_MS } from '../../../src/channel/mux/key-presses.ts'
import { Mux, type MuxFrame } from '../../../src/channel/mux/mux.ts'
import { type ByteStream, type Chunk, CREDIT_BYTES, type Lane } from '../../../src/channel/stream.ts'

type Side = 0 | 1

/** One thing that happens to one end of one stream, or to the network in one direction. */
type Step =
  | {
      readonly what: 'write'
      readonly side: Side
      readonly stream: number
      readonly size: number
      readonly lane: Lane
    }
  | { readonly what: 'read'; readonly side: Side; readonly stream: number; readonly chunks: number }
  | { readonly what: 'end' | 'destroy'; readonly side: Side; readonly stream: number }
  | { readonly what: 'deliver'; readonly side: Side; readonly frames: number }

const STREAMS = 3
const side = fc.constantFrom<Side>(0, 1)
const stream = fc.nat(STREAMS - 1)
const lane = fc.constantFrom<Lane>('in', 'out', 'err')
const size = fc.oneof(fc.nat(20), fc.nat(40_000), fc.integer({ min: 200_000, max: 400_000 }))
const write = fc.record({ what: fc.constant('write' as const), side, stream, size, lane })
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: write },
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('read' as const), side, stream, chunks: fc.nat(30) }),
  },
  { weight: 8, arbitrary: fc.record({ what: fc.constant('deliver' as const), side, frames: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('end' as const), side, stream }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('destroy' as const), side, stream }) },
)

/** Bytes of one lane, where the content tells which bytes of the stream they are. */
interface Run {
  readonly lane: Lane
  readonly bytes: Buffer
}

/** One end of one stream, with what was written to it and read from it. */
class End {
  readonly stream: ByteStream
  written: Run[] = []
  read: Run[] = []
  isOver = false
  isEnded = false
  /** Destroyed by a step. */
  isDestroyed = false
  #next = 0

  constructor(stream: ByteStream) {
    this.stream = stream
    stream.on('end', () => {
      this.isEnded = true
    })
  }

  write(lane: Lane, size: number): void {
    if (this.isOver || this.stream.destroyed || this.stream.writableLength > 4) return
    const bytes = Buffer.alloc(size)
    for (let i = 0; i < size; i++) bytes[i] = this.#next++ % 251
    this.written.push({ lane, bytes })
    this.stream.write({ lane, bytes })
  }

  take(most: number): void {
    for (let i = 0; i < most; i++) {
      const chunk: Chunk | null = this.stream.read()
      if (chunk === null) return
      this.read.push({ lane: chunk.lane, bytes: Buffer.from(chunk.bytes) })
    }
  }
}

/** What was written or read, one entry for each change of lane. */
const joined = (runs: readonly Run[]): Run[] => {
  const all: { lane: Lane; parts: Buffer[] }[] = []
  for (const { lane, bytes } of runs) {
    const last = all.at(-1)
    if (bytes.length === 0) continue
    if (last?.lane === lane) last.parts.push(bytes)
    else all.push({ lane, parts: [bytes] })
  }
  return all.map(({ lane, parts }) => ({ lane, bytes: Buffer.concat(parts) }))
}

/** Whether that is what was written, or the beginning of it. */
const isBeginning = (read: readonly Run[], written: readonly Run[]): boolean => {
  const [got, given] = [joined(read), joined(written)]
  return got.every((run, index) => {
    const of = given[index]
    const isLast = index === got.length - 1
    if (of === undefined || of.lane !== run.lane) return false
    return isLast ? of.bytes.subarray(0, run.bytes.length).equals(run.bytes) : of.bytes.equals(run.bytes)
  })
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const waited = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS + 5))

/** Two muxes with a network between them that delivers when it is told to. */
const createWorld = () => {
  const queues: [Buffer[], Buffer[]] = [[], []]
  const sendFrom = (from: Side) => (frame: MuxFrame) =>
    void queues[from].push(Buffer.concat(encodeFrame(frame)))
  const muxes = [new Mux(sendFrom(0)), new Mux(sendFrom(1))] as const
  /** Delivers frames that were sent by this side. */
  const deliver = (from: Side, most: number): boolean => {
    for (let i = 0; i < most; i++) {
      const next = queues[from].shift()
      if (next === undefined) return i > 0
      muxes[from === 0 ? 1 : 0].take(decodeFrame(next) as MuxFrame)
    }
    return true
  }
  const ends = muxes.map((mux) => Array.from({ length: STREAMS }, (_, id) => new End(mux.open(id + 1))))
  const endOf = (of: Side, id: number): End => ends[of]?.[id] as End
  return { muxes, queues, deliver, ends, endOf }
}

const perform = ({ endOf, deliver }: ReturnType<typeof createWorld>, step: Step): void => {
  if (step.what === 'deliver') {
    deliver(step.side, step.frames)
    return
  }
  const end = endOf(step.side, step.stream)
  if (step.what === 'write') end.write(step.lane, step.size)
  else if (step.what === 'read') end.take(step.chunks)
  else if (step.what === 'destroy') {
    // Of a stream that is over at both ends, nothing is left to destroy.
    end.isDestroyed = true
    end.stream.destroy()
  } else if (!end.stream.destroyed) {
    end.stream.end()
    end.isOver = true
  }
}

/** No stream has more under way than its credit. */
const expectCredit = (queue: readonly Buffer[]): void => {
  const underWay = new Map<number, number>()
  for (const content of queue) {
    const frame = decodeFrame(content)
    if (frame.type !== 'data') continue
    const cost = costOf(frame.parts.reduce((sum, { length }) => sum + length, 0))
    underWay.set(frame.id, (underWay.get(frame.id) ?? 0) + cost)
  }
  for (const bytes of underWay.values()) expect(bytes).toBeLessThanOrEqual(CREDIT_BYTES)
}

test('whatever happens in whatever order, each byte arrives once and in order, and nothing is left over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 80 }), async (all) => {
      const world = createWorld()
      const { muxes, queues, deliver, ends, endOf } = world
      for (const step of all) {
        perform(world, step)
        await settled()
        for (const queue of queues) expectCredit(queue)
      }
      // What goes on by itself: both ends say that they are done, and everything is delivered and read.
      for (const end of ends.flat()) {
        if (!end.stream.destroyed && !end.isOver) end.stream.end()
        end.isOver = true
      }
      for (let quiet = 0; quiet < 3; quiet++) {
        for (const end of ends.flat()) end.take(1000)
        if (deliver(0, 1000) || deliver(1, 1000)) quiet = 0
        // What is left may be waiting for the answer to a key press.
        if (quiet === 1 && muxes.some(({ size }) => size > 0)) await waited()
        else await settled()
      }
      for (let id = 0; id < STREAMS; id++) {
        const pair = [endOf(0, id), endOf(1, id)] as const
        for (const [from, to] of [pair, pair.toReversed() as [End, End]]) {
          expect(isBeginning(to.read, from.written)).toBe(true)
          if (to.isEnded) expect(joined(to.read)).toEqual(joined(from.written))
        }
        if (!pair.some(({ isDestroyed }) => isDestroyed))
          expect(pair.map(({ isEnded }) => isEnded)).toEqual([true, true])
      }
      expect(muxes.map(({ size }) => size)).toEqual([0, 0])
      expect(ends.flat().every(({ stream }) => stream.destroyed)).toBe(true)
    }),
    { numRuns: 150 },
  )
})
