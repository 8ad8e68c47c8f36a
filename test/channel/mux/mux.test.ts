import { finished } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import { StreamError } from '../../../src/channel/errors.ts'
import { MAX_DATA_BYTES } from '../../../src/channel/frames.ts'
import { CREDIT_PORTION_BYTES, costOf } from '../../../src/channel/mux/cost.ts'
import { LONGEST_WAIT_MS, MAX_KEY_BYTES } from '../../../src/channel/mux/key-presses.ts'
import { MAX_UNDER_WAY_BYTES, Mux, type MuxFrame } from '../../../src/channel/mux/mux.ts'
import { noteChunk, readNote } from '../../../src/channel/notes.ts'
import { type Chunk, CREDIT_BYTES, type Lane } from '../../../src/channel/stream.ts'
import { eventually } from '../../support/eventually.ts'
import { joinedMuxes } from './joined-muxes.ts'

const chunk = (text: string, lane: Lane = 'out'): Chunk => ({ lane, bytes: Buffer.from(text) })
const textOf = (chunks: readonly Chunk[]): string =>
  chunks.map(({ bytes }) => Buffer.from(bytes).toString()).join('')

describe('a stream between two ends', () => {
  const openBoth = () => {
    const { ours, theirs, errors } = joinedMuxes()
    return { ours, theirs, errors, here: ours.open(1), there: theirs.open(1) }
  }

  test('ends in one direction, and goes on in the other', async () => {
    const { ours, theirs, here, there, errors } = openBoth()
    here.end(chunk('question', 'in'))
    expect(textOf(await there.toArray())).toBe('question')
    there.write(chunk('answer'))
    there.end()
    expect(textOf(await here.toArray())).toBe('answer')
    await eventually('both ends to be over', () => ours.size + theirs.size === 0)
    expect(errors).toEqual([])
  })

  test('goes on in the other direction when it has been iterated to its end', async () => {
    const { here, there } = openBoth()
    // The end of the input is known before the output is sent, which makes Node's own iterator destroy the stream.
    const answered = (async () => {
      for await (const { bytes } of there) there.end(chunk('x'.repeat(500_000 * bytes.length)))
    })()
    here.end(chunk('?', 'in'))
    await answered
    await eventually('the end of the input', () => there.readableEnded)
    expect(textOf(await here.toArray())).toHaveLength(500_000)
  })

  test('is closed when somebody stops iterating it', async () => {
    const { here, there } = openBoth()
    here.write(chunk('1'))
    here.write(chunk('2'))
    for await (const _ of there) break
    await expect(finished(here)).rejects.toThrow('the other end has closed the stream')
  })

  test('loses nothing when the one that has ended its output closes the stream', async () => {
    const { ours, theirs, here, there, errors } = openBoth()
    there.write(chunk('x'.repeat(100_000)))
    there.end(noteChunk({ exit: { code: 3 } }))
    await finished(there, { readable: false })
    there.destroy()
    await eventually('both ends to be over', () => ours.size + theirs.size === 0)
    // What is written to who has gone is dropped, and holds up nothing.
    for (let i = 0; i < 100; i++) here.write(chunk('x'.repeat(10_000), 'in'))
    const chunks: Chunk[] = await here.toArray()
    expect(textOf(chunks.slice(0, -1))).toHaveLength(100_000)
    expect(readNote(chunks.at(-1)?.bytes ?? Buffer.alloc(0))).toEqual({ exit: { code: 3 } })
    await eventually('this end to be closed, too', () => here.closed)
    expect(here.errored).toBeNull()
    expect(errors).toEqual([])
  })

  test('tells the other end why it was destroyed', async () => {
    const { ours, theirs, here, there } = openBoth()
    here.destroy(new Error('the viewer has gone'))
    await expect(finished(there)).rejects.toThrow('the viewer has gone')
    expect(there.errored).toBeInstanceOf(StreamError)
    await eventually('both ends to be over', () => ours.size + theirs.size === 0)
  })

  test('always has a reason', async () => {
    const { here, there } = openBoth()
    here.destroy()
    await expect(finished(there)).rejects.toThrow('the other end has closed the stream')
  })

  test('ends with a reason when its channel does, and cannot be opened after that', async () => {
    const { ours, here } = openBoth()
    const waiting = here.toArray()
    ours.close('the probe has gone')
    await expect(waiting).rejects.toThrow('the probe has gone')
    await expect(finished(ours.open(2))).rejects.toThrow('the probe has gone')
    expect(ours.size).toBe(0)
  })

  test('that nobody listens to does not end the program when its channel does', async () => {
    const { ours, here } = openBoth()
    ours.close('the probe has gone')
    await eventually('its end', () => here.closed)
  })

  test('has the lengths of chunks as it likes, and the bytes in order', async () => {
    const { here, there } = openBoth()
    const text = Array.from({ length: 50_000 }, (_, i) => `${i}\n`).join('')
    for (let at = 0; at < text.length; at += 777) here.write(chunk(text.slice(at, at + 777)))
    here.end()
    const chunks: Chunk[] = await there.toArray()
    expect(textOf(chunks)).toBe(text)
    expect(Math.max(...chunks.map(({ bytes }) => bytes.length))).toBe(MAX_DATA_BYTES)
  })

  test('carries notes whole, and no others', async () => {
    const { here, there } = openBoth()
    const arrived: unknown[] = []
    there.on('data', ({ lane, bytes }: Chunk) => arrived.push(lane === 'note' ? readNote(bytes) : lane))
    here.write(noteChunk({ resize: { columns: 80, rows: 24 } }))
    here.write(chunk('ls', 'in'))
    here.write(noteChunk({ resize: { columns: 100, rows: 30 } }))
    await eventually('all of them', () => arrived.length === 3)
    expect(arrived).toEqual([
      { resize: { columns: 80, rows: 24 } },
      'in',
      { resize: { columns: 100, rows: 30 } },
    ])
    here.write({ lane: 'note', bytes: Buffer.from('{"resize":{"columns":0,"rows":1}}') })
    await expect(finished(here)).rejects.toThrow('a note was sent on the stream that is none')
    expect(there.errored?.message).toContain('that is none')
  })

  test('refuses to send a note that is too long', async () => {
    const { here } = openBoth()
    here.write({ lane: 'note', bytes: Buffer.alloc(5000) })
    await expect(finished(here)).rejects.toThrow('a note has at most 4096 bytes')
  })

  test('holds a bounded amount while nobody reads, and all of it arrives in the end', async () => {
    const { here, there } = openBoth()
    let taken = 0
    const piece = chunk('x'.repeat(10_000))
    const writer = (async () => {
      for (let i = 0; i < 200; i++)
        await new Promise<void>((resolve) =>
          here.write(piece, () => {
            taken += piece.bytes.length
            resolve()
          }),
        )
      here.end()
    })()
    let before = -1
    await eventually('no more to be taken', () => {
      const isStill = taken === before
      before = taken
      return isStill
    })
    expect(taken).toBeGreaterThan(CREDIT_BYTES / 2)
    expect(taken).toBeLessThanOrEqual(CREDIT_BYTES)
    expect(textOf(await there.toArray())).toHaveLength(2_000_000)
    await writer
  })
})

test('no more data is under way than the other end is told to have got, of all streams together', () => {
  const sent: MuxFrame[] = []
  const mux = new Mux((frame) => sent.push(frame))
  const underWay = () =>
    sent.reduce(
      (sum, frame) =>
        frame.type === 'data' ? sum + frame.parts.flat().reduce((n, { length }) => n + length, 0) : sum,
      0,
    )
  for (let id = 1; id <= 4; id++) mux.open(id).write({ lane: 'out', bytes: Buffer.alloc(CREDIT_BYTES / 2) })
  expect(underWay()).toBeGreaterThanOrEqual(MAX_UNDER_WAY_BYTES)
  expect(underWay()).toBeLessThan(MAX_UNDER_WAY_BYTES + MAX_DATA_BYTES)
  // A key press goes before what has had a turn, as soon as something has arrived.
  const shell = mux.open(5)
  shell.write({ lane: 'out', bytes: Buffer.from('x') })
  const before = sent.length
  mux.take({ type: 'arrived', bytes: MAX_UNDER_WAY_BYTES })
  expect(sent.slice(before, before + 4)).toContainEqual(expect.objectContaining({ type: 'data', id: 5 }))
  expect(underWay()).toBeLessThan(2 * MAX_UNDER_WAY_BYTES + MAX_DATA_BYTES)
})

describe('while a key press is not answered', () => {
  const flooding = () => {
    const sent: MuxFrame[] = []
    let nowMs = 0
    const mux = new Mux(
      (frame) => sent.push(frame),
      () => nowMs,
    )
    const [source, shell] = [mux.open(1), mux.open(2)]
    const flood = () => source.write({ lane: 'out', bytes: Buffer.alloc(1000) })
    const press = (sizeBytes = 1) =>
      mux.take({ type: 'data', id: 2, lane: 'in', parts: [Buffer.alloc(sizeBytes)] })
    const sentOn = (id: number) => sent.filter((frame) => frame.type === 'data' && frame.id === id).length
    const pass = (ms: number) => {
      nowMs += ms
    }
    return { mux, shell, flood, press, sentOn, pass, answer: () => shell.write(chunk('x')) }
  }

  test('others wait, and go on with the answer', () => {
    const { flood, press, sentOn, answer } = flooding()
    flood()
    expect(sentOn(1)).toBe(1)
    press()
    flood()
    expect(sentOn(1)).toBe(1)
    answer()
    expect([sentOn(1), sentOn(2)]).toEqual([2, 1])
  })

  test('others go on by themselves when no answer comes', async () => {
    const { flood, press, sentOn, pass } = flooding()
    press()
    flood()
    expect(sentOn(1)).toBe(0)
    pass(LONGEST_WAIT_MS)
    await eventually('the flood to go on', () => sentOn(1) === 1)
  })

  test('others go on when its stream is closed', async () => {
    const { flood, press, sentOn, shell } = flooding()
    press()
    flood()
    shell.destroy()
    await eventually('the flood to go on', () => sentOn(1) === 1)
  })

  test('others wait for no more than a key press', () => {
    const { flood, press, sentOn } = flooding()
    press(MAX_KEY_BYTES + 1)
    flood()
    expect(sentOn(1)).toBe(1)
  })
})

describe('a mux is not confused by frames that', () => {
  const one = () => {
    const sent: MuxFrame[] = []
    const mux = new Mux((frame) => sent.push(frame))
    return { mux, sent, stream: mux.open(1) }
  }
  const data = (id = 1, size = 10): MuxFrame => ({
    ...{ type: 'data', id, lane: 'out' },
    parts: [Buffer.alloc(size)],
  })
  const end: MuxFrame = { type: 'end', id: 1 }
  const cancel: MuxFrame = { type: 'cancel', id: 1, reason: '' }

  test.each<[string, MuxFrame[], string]>([
    [
      'say that more has arrived than was sent',
      [{ type: 'arrived', bytes: 1 }],
      'more has arrived than was sent',
    ],
    ['bring data for no stream', [data(9)], 'a frame data came on the stream 9, which is not open'],
    ['end no stream', [{ type: 'end', id: 9 }], 'a frame end came on the stream 9'],
    ['bring data after the end', [end, data()], 'a frame data came after the end of the stream 1'],
    ['end it twice', [end, end], 'a frame end came after the end of the stream 1'],
    ['bring data after the cancel', [cancel, data()], 'a frame data came on the stream 1'],
    [
      'bring more than the credit',
      Array.from({ length: 17 }, () => data(1, MAX_DATA_BYTES)),
      'more was sent on a stream than its credit allows',
    ],
    ['give credit for nothing', [{ type: 'credit', id: 1, bytes: 1 }], 'more credit than was used'],
    [
      'go on and on about streams that are over',
      Array.from({ length: 100 }, () => cancel),
      'too many frames',
    ],
  ])('%s', (_what, frames, message) => {
    const { mux } = one()
    const take = () => {
      for (const frame of frames) mux.take(frame)
    }
    expect(take).toThrow(message)
  })

  test('come late: within what the other end may have sent before it knew', () => {
    const { mux, stream, sent } = one()
    stream.destroy(new Error('enough'))
    expect(sent).toEqual([{ type: 'cancel', id: 1, reason: 'enough' }])
    for (let i = 0; i < Math.floor(CREDIT_BYTES / costOf(MAX_DATA_BYTES)); i++)
      mux.take(data(1, MAX_DATA_BYTES))
    expect(() => mux.take(data(1, MAX_DATA_BYTES))).toThrow('than its credit allows')
    mux.take(cancel)
    expect(mux.size).toBe(0)
    expect(sent.filter(({ type }) => type !== 'arrived')).toHaveLength(1)
    for (let i = 0; i < 5; i++) mux.take({ type: 'credit', id: 1, bytes: CREDIT_PORTION_BYTES })
  })

  test('come late on very many streams', () => {
    const { mux } = one()
    for (let id = 2; id < 2000; id++) {
      mux.open(id).destroy()
      mux.take({ type: 'cancel', id, reason: '' })
      for (let i = 0; i < 4; i++) mux.take({ type: 'credit', id, bytes: CREDIT_PORTION_BYTES })
      mux.take({ type: 'cancel', id, reason: '' })
    }
    expect(mux.size).toBe(1)
  })
})
