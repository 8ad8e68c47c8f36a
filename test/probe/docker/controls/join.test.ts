import { Duplex, PassThrough } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { noteChunk } from '../../../../src/channel/notes.ts'
import type { Chunk } from '../../../../src/channel/stream.ts'
import { joinStreams } from '../../../../src/probe/docker/controls/streams/join.ts'

/** The end of a person who types. */
const person = () => {
  const stream = new Duplex({ objectMode: true, read() {}, write: (_chunk, _encoding, done) => done() })
  return {
    stream,
    resize: (columns: number) => stream.push(noteChunk({ resize: { columns, rows: 24 } })),
    type: (text: string) => stream.push({ lane: 'in', bytes: Buffer.from(text) } satisfies Chunk),
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

const joined = (resize: (columns: number) => Promise<void>) => {
  const { stream, ...keys } = person()
  const terminal = new PassThrough()
  const output = new PassThrough()
  const done = joinStreams(stream, output, false, {
    to: terminal,
    ended() {},
    resize: ({ columns }) => resize(columns),
  })
  return {
    ...keys,
    typed: () => String(terminal.read() ?? ''),
    async close() {
      stream.destroy()
      expect(await done).toBe(false)
    },
  }
}

test('what is typed after a size arrives after it', async () => {
  // However long it takes.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const setting = Promise.withResolvers<void>()
  const { resize, type, typed, close } = joined(() => setting.promise)
  type('before;')
  resize(123)
  type('after;')
  await turn()
  expect(typed()).toBe('before;')
  setting.resolve()
  await turn()
  expect(typed()).toBe('after;')
  await close()
})

test('what is typed waits no longer than a moment for a size that is never set', async () => {
  const { resize, type, typed, close } = joined(() => new Promise(() => {}))
  resize(123)
  type('after;')
  await expect.poll(typed).toBe('after;')
  await close()
})
