import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { Pipe } from '../../../src/app/pipes/pipe.ts'
import { MAX_DATA_BYTES } from '../../../src/channel/frames.ts'
import { CREDIT_BYTES } from '../../../src/channel/lanes.ts'
import { createFaults, unguarded } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import type { Ended } from '../../../src/pipe/notes.ts'
import { ProbeEnd } from './probe-end.ts'

const nobody = { flush: () => {}, replaced: () => {} }

const pipeOf = (stream: ProbeEnd) => {
  const over: [Ended, boolean][] = []
  let gone = 0
  const pipe = new Pipe({
    stream,
    tty: true,
    unwatchedMs: 60_000,
    guard: unguarded,
    over: (ended, isBroken) => over.push([ended, isBroken]),
    gone: () => gone++,
  })
  onTestFinished(() => pipe.end('the test is over'))
  return { pipe, over, gone: () => gone }
}

it('a stream that broke before anybody listened has ended', async () => {
  const stream = new ProbeEnd()
  stream.on('error', () => {})
  stream.destroy(new Error('the probe has gone'))
  await turn()
  expect(pipeOf(stream).over).toEqual([[{ reason: 'the probe has gone' }, true]])
})

it.each([
  ['breaks', (stream: ProbeEnd) => stream.destroy(new Error('lost')), { reason: 'lost' }, true],
  ['is closed', (stream: ProbeEnd) => stream.destroy(), { reason: 'its stream was closed' }, true],
  ['ends', (stream: ProbeEnd) => stream.ends(), {}, false],
  ['exits', (stream: ProbeEnd) => stream.ends({ exit: { code: 2 } }), { exit: { code: 2 } }, false],
  [
    'is killed',
    (stream: ProbeEnd) => stream.ends({ exit: { signal: 'SIGKILL' } }),
    { exit: { signal: 'SIGKILL' } },
    false,
  ],
] as const)(
  'a process that %s is told of once, and its output is still there',
  async (_name, happen, ended, isBroken) => {
    const stream = new ProbeEnd()
    const { pipe, over, gone } = pipeOf(stream)
    stream.output('out', 'before')
    await turn()
    happen(stream)
    await turn()
    await turn()
    expect(over).toEqual([[ended, isBroken]])
    expect(gone()).toBe(0)
    pipe.attach(nobody)
    expect(pipe.output.take(100)?.bytes.toString()).toBe('before')
    expect(pipe.output.isAllSent).toBe(true)
    pipe.detach(nobody, true)
    expect(gone()).toBe(1)
    pipe.end('again')
    expect([over.length, gone()]).toEqual([1, 1])
  },
)

it.each(['{', '{"resize":{"columns":80,"rows":24}}', '{"exit":{"code":256}}', `{"x":"${'x'.repeat(5000)}"}`])(
  'a probe that sends a note without meaning is left: %.40s',
  async (note) => {
    const stream = new ProbeEnd()
    const { over } = pipeOf(stream)
    stream.output('note', note)
    await turn()
    expect(over).toEqual([[{ reason: 'the probe sent something that has no meaning here' }, true]])
    expect(stream.destroyed).toBe(true)
  },
)

it('a probe that tells twice how the program has ended is left', async () => {
  const stream = new ProbeEnd()
  const { over } = pipeOf(stream)
  for (let i = 0; i < 2; i++) stream.output('note', '{"exit":{"code":0}}')
  await turn()
  expect(over).toEqual([[{ reason: 'the probe sent something that has no meaning here' }, true]])
  expect(stream.destroyed).toBe(true)
})

it('does not take more than it may hold, nor more pieces than are worth their memory', async () => {
  const large = new ProbeEnd()
  const { pipe } = pipeOf(large)
  for (let i = 0; i < 40; i++) large.output('out', Buffer.alloc(MAX_DATA_BYTES))
  await turn()
  expect(pipe.output.size).toBe(CREDIT_BYTES)
  expect(large.unread).toBeGreaterThan(20)

  const small = new ProbeEnd()
  const { pipe: ofPieces } = pipeOf(small)
  for (let i = 0; i < 5000; i++) small.output(i % 2 === 0 ? 'out' : 'err', 'x')
  await turn()
  expect(ofPieces.output.size).toBe(1024)
  ofPieces.attach(nobody)
  for (let chunk = ofPieces.output.take(100); chunk !== undefined; ) chunk = ofPieces.output.take(100)
  ofPieces.output.acknowledge(1000)
  ofPieces.moved()
  await turn()
  expect(ofPieces.output.size).toBe(1024)
})

it('tells the process only the last of several sizes that it could not take', async () => {
  const stream = new ProbeEnd()
  stream.reads(false)
  const { pipe } = pipeOf(stream)
  pipe.attach(nobody)
  pipe.input.add(Buffer.alloc(100_000))
  pipe.moved()
  for (let columns = 1; columns <= 100; columns++) pipe.resize({ columns, rows: 24 })
  for (let i = 0; i < 50; i++) {
    stream.reads(true)
    await turn()
  }
  const notes = stream.taken.filter(({ lane }) => lane === 'note').map(({ bytes }) => String(bytes))
  expect(notes).toEqual(['{"resize":{"columns":100,"rows":24}}'])
  expect(stream.input).toHaveLength(100_000)
})

it('what is thrown while one is ended that nobody looks at is a fault', async () => {
  const faults = createFaults({
    nowMs: () => 0,
    log: createLogger({ format: 'text', debug: false, write: () => {} }),
  })
  const pipe = new Pipe({
    ...{ stream: new ProbeEnd(), tty: true, unwatchedMs: 1, guard: faults.guardOf('pipes') },
    over: () => {
      throw new Error('it cannot be noted')
    },
    gone: () => {},
  })
  await expect
    .poll(() => faults.of('pipes'))
    .toMatchObject([{ reason: 'failed to end what nobody looks at: it cannot be noted' }])
  expect(pipe.ended).toEqual({ reason: 'nobody looked at it for 0 s' })
})
