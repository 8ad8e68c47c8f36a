import { duplexPair, PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { ByteStream, Chunk } from '../../../src/channel/stream.ts'
import { runSession, type SessionOptions } from '../../../src/cli/control/session/run-session.ts'
import { type Output, OutputClosedError } from '../../../src/cli/terminal/output.ts'
import { eventually } from '../../support/eventually.ts'

const note = (value: object): Chunk => ({ lane: 'note', bytes: Buffer.from(JSON.stringify(value)) })
const out = (text: string): Chunk => ({ lane: 'out', bytes: Buffer.from(text) })

const collecting = (isTTY = false): Output & { text: () => string } => {
  let text = ''
  return {
    isTTY,
    text: () => text,
    write: async (bytes) => {
      text += Buffer.from(bytes).toString()
    },
  }
}

/** A session with a process that the test plays. */
const session = (change: Partial<SessionOptions> & { readonly output?: Output } = {}) => {
  const [near, far] = duplexPair({ objectMode: true }) as [ByteStream, ByteStream]
  const input = new PassThrough()
  const output = change.output ?? collecting()
  const errors = collecting()
  let resized: () => void = () => undefined
  let size = { columns: 80, rows: 24 }
  const arrived: Chunk[] = []
  let inputEnded = false
  far.on('data', (chunk: Chunk) => arrived.push(chunk))
  far.on('end', () => {
    inputEnded = true
  })
  far.on('error', () => undefined)
  const io = {
    input,
    output,
    errors,
    size: () => size,
    onResize: (listener: () => void) => {
      resized = listener
      return () => undefined
    },
  }
  const ended = runSession(near, {
    tty: false,
    io,
    detachKeys: Buffer.from('~.'),
    isLost: () => false,
    signal: new AbortController().signal,
    ...change,
  })
  ended.catch(() => undefined)
  const texts = () => arrived.map(({ lane, bytes }) => `${lane} ${Buffer.from(bytes).toString()}`)
  return {
    ended,
    near,
    far,
    input,
    output: output as ReturnType<typeof collecting>,
    errors,
    texts,
    inputEnded: () => inputEnded,
    resize: (columns: number, rows: number) => {
      size = { columns, rows }
      resized()
    },
  }
}

describe('a session', () => {
  it('passes on input and its end, and shows output, errors and exit code', async () => {
    const { ended, far, input, output, errors, texts, inputEnded } = session()
    input.end('hello')
    await eventually('the end of the input', inputEnded)
    expect(texts()).toEqual(['in hello'])
    far.write(out('later'))
    far.write({ lane: 'err', bytes: Buffer.from('oops') })
    far.write(note({ exit: { code: 3 } }))
    far.end()
    expect(await ended).toEqual({ exit: { code: 3 } })
    expect(output.text()).toBe('later')
    expect(errors.text()).toBe('oops')
  })

  it('ends while input is open', async () => {
    const { ended, far } = session()
    far.end(note({ exit: { signal: 'SIGKILL' } }))
    expect(await ended).toEqual({ exit: { signal: 'SIGKILL' } })
  })

  it('tells its size, and each new one, where it is a terminal', async () => {
    const { far, ended, resize, texts } = session({ tty: true })
    resize(100, 30)
    await eventually('both sizes', () => texts().length === 2)
    expect(texts()).toEqual([
      'note {"resize":{"columns":80,"rows":24}}',
      'note {"resize":{"columns":100,"rows":30}}',
    ])
    far.end()
    await ended
  })

  it('tells no size where it is none', async () => {
    const { far, ended, resize, texts } = session()
    resize(100, 30)
    far.end()
    expect(await ended).toEqual({})
    expect(texts()).toEqual([])
  })

  it('is left by its keys, which do not arrive', async () => {
    const { ended, input, texts } = session({ tty: true })
    input.write('ls~')
    await eventually('what was typed before', () => texts().includes('in ls'))
    input.write('.')
    expect(await ended).toEqual({ left: true })
    expect(texts().filter((text) => text.startsWith('in'))).toEqual(['in ls'])
  })

  it('passes the same keys on where it is no terminal', async () => {
    const { far, ended, input, texts } = session()
    input.write('~.')
    await eventually('the input', () => texts().length === 1)
    far.end()
    await ended
    expect(texts()).toEqual(['in ~.'])
  })

  it('passes Ctrl+C on while it is connected, and is left by it while it is not', async () => {
    let lost = false
    const { ended, input, texts } = session({ tty: true, isLost: () => lost })
    input.write('\x03')
    await eventually('the key', () => texts().includes('in \x03'))
    lost = true
    input.write('\x03')
    expect(await ended).toEqual({ left: true })
  })

  it('is left when its terminal is closed', async () => {
    const { ended, input } = session({ tty: true })
    input.end()
    expect(await ended).toEqual({ left: true })
  })

  it('reads no more input than the other end takes', async () => {
    const [near] = duplexPair({ objectMode: true, highWaterMark: 4 }) as [ByteStream, ByteStream]
    const input = new PassThrough()
    const io = {
      input,
      output: collecting(),
      errors: collecting(),
      size: () => undefined,
      onResize: () => () => undefined,
    }
    const stopped = new AbortController()
    const ended = runSession(near, {
      tty: false,
      io,
      detachKeys: Buffer.from('x'),
      isLost: () => false,
      signal: stopped.signal,
    })
    let taken = 0
    for (let i = 0; i < 1000; i++) if (input.write(Buffer.alloc(1024))) taken++
    await eventually('a pause', () => input.isPaused())
    expect(input.writableNeedDrain).toBe(true)
    expect(taken).toBeLessThan(1000)
    stopped.abort(new Error('enough'))
    await expect(ended).rejects.toThrow('enough')
  })

  it('takes no more output than is written', async () => {
    let waiting: () => void = () => undefined
    const output: Output = {
      isTTY: false,
      write: () =>
        new Promise((resolve) => {
          waiting = resolve
        }),
    }
    const { far, ended } = session({ output })
    let accepted = true
    for (let i = 0; i < 200 && accepted; i++) accepted = far.write(out('x'))
    expect(accepted).toBe(false)
    const writing = setInterval(() => waiting(), 1)
    far.end()
    await ended
    clearInterval(writing)
  })

  it('fails as its stream does, with the reason', async () => {
    const { ended, near } = session()
    near.destroy(new Error('the app has gone'))
    await expect(ended).rejects.toThrow('the app has gone')
  })

  it('fails when nobody reads its output any more, and ends the stream', async () => {
    const output: Output = {
      isTTY: false,
      write: async () => {
        throw new OutputClosedError('closed')
      },
    }
    const { ended, far, near } = session({ output })
    far.write(out('x'))
    await expect(ended).rejects.toThrow(OutputClosedError)
    expect(near.destroyed).toBe(true)
  })

  it('is ended by a signal', async () => {
    const stopped = new AbortController()
    const { ended, near } = session({ signal: stopped.signal })
    stopped.abort(new Error('SIGTERM'))
    await expect(ended).rejects.toThrow('SIGTERM')
    expect(near.destroyed).toBe(true)
  })
})
