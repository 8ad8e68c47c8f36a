import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { CREDIT_BYTES } from '../../../src/channel/lanes.ts'
import { frameOf, noteFrameOf } from '../../../src/pipe/frames.ts'
import { joinPipe } from '../../../src/pipe/join.ts'
import { eventually } from '../../support/eventually.ts'
import { ask } from '../start-test-app.ts'
import { flood, lookAt, type PipeApp, startPipeApp } from './pipe-app.ts'

let app: PipeApp
beforeAll(async () => {
  app = await startPipeApp()
})
afterAll(() => app.remove())

const lanes = (path: string, more = '') => `${path}?format=lanes${more}`
const status = async (method: string, path: string) => {
  const { status, text } = await ask(app.url, { method, path, headers: app.bearer })
  return { status, error: text === '' ? undefined : JSON.parse(text).error }
}
const same = (wanted: unknown, look: () => unknown) =>
  eventually(JSON.stringify(wanted), () => {
    expect(look()).toEqual(wanted)
    return true
  })

describe('in the format lanes', () => {
  it('output, input and notes go both ways, and the exit comes last', async () => {
    const { path, process } = await app.open()
    const viewer = await lookAt(app, lanes(path))
    process.write('out', 'hello ')
    process.write('err', 'oops')
    process.write('out', 'world')
    await same('hello world', () => viewer.text('out'))
    expect(viewer.text('err')).toBe('oops')
    expect(viewer.notes).toEqual([{ hello: { tty: true, from: 0, received: 0, viewer: 1 } }])

    viewer.socket.send(noteFrameOf({ resize: { columns: 132, rows: 43 } }))
    viewer.socket.send(frameOf('in', Buffer.from('ls\r')))
    viewer.socket.send(noteFrameOf({ endInput: true }))
    await same('ls\r', process.input)
    await same(true, process.hasEnd)
    expect(process.notes).toEqual([{ resize: { columns: 132, rows: 43 } }])

    process.write('out', '!')
    process.exit(3)
    expect(await viewer.closed).toEqual({ code: 1000, reason: 'the pipe has ended' })
    expect(viewer.text('out')).toBe('hello world!')
    expect(viewer.notes.at(-1)).toEqual({ ended: { exit: { code: 3 } } })
    expect(await status('GET', `${path}/check`)).toEqual({
      status: 404,
      error: { code: 'pipe_ended', message: 'it has ended: exit code 3' },
    })
    expect((await app.endings())[0]).toMatchObject({
      who: 'token',
      action: 'docker_exec_container:end',
      target: expect.stringMatching(/^web \(/),
      result: 'done',
      reason: 'exit code 3',
      durationMs: expect.any(Number),
    })
  })

  it('output waits for its first viewer, and is sent again from what was not acknowledged', async () => {
    const { path, process } = await app.open()
    process.write('out', '0123456789')
    const first = await lookAt(app, lanes(path))
    await same('0123456789', first.text)
    first.socket.send(noteFrameOf({ ack: 4 }))
    first.socket.send(frameOf('in', Buffer.from('abc')))
    await same('abc', process.input)
    first.socket.terminate()
    process.write('out', 'AB')
    const again = await lookAt(app, lanes(path, '&from=8&viewer=1'))
    await same('89AB', again.text)
    expect(again.notes).toEqual([{ hello: { tty: true, from: 8, received: 3, viewer: 1 } }])

    const next = await lookAt(app, lanes(path))
    expect(await again.closed).toEqual({ code: 4001, reason: 'somebody else looks at it now' })
    await same('456789AB', next.text)
    expect(next.notes).toEqual([{ hello: { tty: true, from: 4, received: 3, viewer: 2 } }])
  })

  it('a window that lost its connection does not take the pipe back from who came after', async () => {
    const { path, process } = await app.open()
    const first = await lookAt(app, lanes(path))
    first.socket.terminate()
    const second = await lookAt(app, lanes(path))
    const back = await lookAt(app, lanes(path, '&from=0&viewer=1'))
    expect((await back.closed).code).toBe(4001)
    process.write('out', 'still here')
    await same('still here', second.text)
  })

  it('what is not acknowledged holds up the process, and nothing else', async () => {
    const { path, process } = await app.open()
    const other = await app.open()
    const viewer = await lookAt(app, lanes(path))
    const chunk = Buffer.alloc(16 * 1024, 'x')
    let written = 0
    let isFull = false
    const write = (): void => {
      while (!isFull && written < 8 * 1024 * 1024) {
        isFull = !process.stream.write({ lane: 'out', bytes: chunk })
        written += chunk.length
      }
    }
    process.stream.on('drain', () => {
      isFull = false
      write()
    })
    write()
    await same(true, () => viewer.size() > CREDIT_BYTES - 2 * chunk.length)
    const quick = await lookAt(app, lanes(other.path))
    other.process.write('out', 'quick')
    await same('quick', quick.text)
    expect(viewer.size()).toBeLessThanOrEqual(CREDIT_BYTES)
    // What is under way between app and probe has a credit of its own.
    expect(written).toBeLessThan(2 * CREDIT_BYTES + 16 * chunk.length)

    let acknowledged = 0
    viewer.socket.on('message', () => {
      if (viewer.size() - acknowledged < 100_000) return
      acknowledged = viewer.size()
      viewer.socket.send(noteFrameOf({ ack: acknowledged }))
    })
    acknowledged = viewer.size()
    viewer.socket.send(noteFrameOf({ ack: acknowledged }))
    await same(8 * 1024 * 1024, viewer.size)
  })

  it('each input is received when the process has been given it, however little it is', async () => {
    const { path, process } = await app.open()
    const viewer = await lookAt(app, lanes(path))
    for (const [input, received] of [
      ['ls\r', 3],
      ['x', 4],
    ] as const) {
      viewer.socket.send(frameOf('in', Buffer.from(input)))
      await same({ received }, () => viewer.notes.at(-1))
    }
    await same('ls\rx', process.input)
  })

  it('what the process does not read is not received, and waits at the viewer', async () => {
    const { path, process } = await app.open()
    process.stream.pause()
    const viewer = joinPipe({
      connect: (query) =>
        new WebSocket(`ws://127.0.0.1:${app.port}${path}?${query}`, { headers: app.bearer }),
    })
    const piece = Buffer.from('0123456789abcdef'.repeat(1024))
    let written = 0
    let isFull = false
    const write = (): void => {
      while (!isFull && written < 4 * 1024 * 1024) {
        isFull = !viewer.write({ lane: 'in', bytes: piece })
        written += piece.length
      }
      if (written === 4 * 1024 * 1024 && !isFull) viewer.end()
    }
    viewer.on('drain', () => {
      isFull = false
      write()
    })
    write()
    await same(true, () => isFull)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(written).toBeLessThan(1024 * 1024)
    process.stream.resume()
    await same(4 * 1024 * 1024, () => process.input().length)
    expect(process.input()).toBe(piece.toString().repeat(256))
    await same(true, process.hasEnd)
    process.exit(0)
    await once(viewer.resume(), 'end')
  })
})

describe('in the format raw', () => {
  it('output comes as bytes, what is sent is input, text too', async () => {
    const { id, path, process } = await app.open()
    const viewer = await lookAt(app, path)
    process.write('out', 'out ')
    process.write('err', 'err')
    await same('out err', viewer.text)
    viewer.socket.send('text ')
    viewer.socket.send(Buffer.from('bytes'))
    await same('text bytes', process.input)

    const resized = await ask(app.url, {
      method: 'POST',
      path: `/api/control/x/y/docker_resize_exec_tty`,
      headers: app.bearer,
      body: { pipeID: id, width: '100', height: '30' },
    })
    expect(resized.status).toBe(200)
    await same([{ resize: { columns: 100, rows: 30 } }], () => process.notes)

    process.exit(0)
    expect(await viewer.closed).toEqual({ code: 1000, reason: 'exit code 0' })
  })

  it('a viewer that comes again goes on after what was handed to the network', async () => {
    const { path, process } = await app.open()
    const first = await lookAt(app, path)
    process.write('out', 'first ')
    await same('first ', first.text)
    first.socket.terminate()
    process.write('out', 'second ')
    const next = await lookAt(app, path)
    process.write('err', 'third')
    await same('second third', next.text)
  })

  it('and who comes with the other format goes on there, too', async () => {
    const { path, process } = await app.open()
    const raw = await lookAt(app, path)
    process.write('out', '012')
    await same('012', raw.text)
    const viewer = await lookAt(app, lanes(path))
    expect((await raw.closed).code).toBe(4001)
    process.write('out', '34')
    await same('34', viewer.text)
    expect(viewer.notes).toEqual([{ hello: { tty: true, from: 3, received: 0, viewer: 2 } }])
  })

  it('a paste of 60 kB is one frame', async () => {
    const { path, process } = await app.open()
    const viewer = await lookAt(app, path)
    viewer.socket.send('p'.repeat(60_000))
    await same(60_000, () => process.input().length)
  })

  it('a viewer that does not read holds up the process', async () => {
    const { path, process } = await app.open()
    const viewer = await lookAt(app, path)
    viewer.socket.pause()
    const { written, total } = await flood(process)
    expect(written()).toBeLessThan(total / 2)
    viewer.socket.resume()
    await same(total, viewer.size)
  })

  it('a viewer that does not read is told how the pipe has ended, also when that is ended once more', async () => {
    const own = await startPipeApp()
    try {
      const { path, process } = await own.open()
      const viewer = await lookAt(own, path)
      viewer.socket.pause()
      const { written, total } = await flood(process)
      expect(written()).toBeLessThan(total)
      own.loseProbe()
      await eventually('the end', async () => (await own.endings())[0]?.result === 'failed')
      const { status } = await ask(own.url, { method: 'DELETE', path, headers: own.bearer })
      expect(status).toBe(204)
      viewer.socket.resume()
      expect(await viewer.closed).toEqual({ code: 1000, reason: expect.stringMatching(/probe|channel/) })
    } finally {
      await own.remove()
    }
  })

  it('a process that does not read holds up who types, until it reads', async () => {
    const { path, process } = await app.open()
    process.stream.pause()
    const viewer = await lookAt(app, path)
    const frame = 'i'.repeat(50_000)
    for (let i = 0; i < 100; i++) viewer.socket.send(frame)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(viewer.socket.readyState).toBe(WebSocket.OPEN)
    process.stream.resume()
    await same(5_000_000, () => process.input().length)
  })
})

describe.each(['DELETE', 'POST'])('%s', (method) => {
  it('ends the pipe and what runs at its other end, and tells whoever looks at it', async () => {
    const { path, process } = await app.open()
    expect(await status('GET', `${path}/check`)).toEqual({ status: 204, error: undefined })
    const viewer = await lookAt(app, lanes(path))
    process.write('out', 'x')
    await same('x', viewer.text)
    expect(await status(method, path)).toEqual({ status: 204, error: undefined })
    expect((await viewer.closed).code).toBe(1000)
    expect(viewer.notes.at(-1)).toEqual({ ended: { reason: 'token ended it' } })
    await same('token ended it', process.error)
    for (const [again, at] of [
      [method, path],
      ['GET', `${path}/check`],
      ['GET', path],
    ] as const)
      expect((await status(again, at)).status).toBe(again === 'GET' && at === path ? 426 : 404)
    expect((await app.endings())[0]).toMatchObject({ result: 'done', reason: 'token ended it' })
  })
})

describe('ends', () => {
  it('with the probe, after what that has sent', async () => {
    const own = await startPipeApp()
    try {
      const { path, process } = await own.open()
      const viewer = await lookAt(own, lanes(path))
      process.write('out', 'last words')
      await same('last words', viewer.text)
      own.loseProbe()
      expect((await viewer.closed).code).toBe(1000)
      const [ended] = viewer.notes.slice(-1)
      expect(ended).toEqual({ ended: { reason: expect.stringMatching(/probe|channel/) } })
      expect((await own.endings())[0]).toMatchObject({ result: 'failed' })
    } finally {
      await own.remove()
    }
  })

  it('when nobody looks at it, with the process', async () => {
    // Long enough for a viewer to come.
    const own = await startPipeApp({ unwatchedMs: 5000 })
    try {
      const left = await own.open()
      const viewer = await lookAt(own, lanes(left.path))
      const never = await own.open()
      await same('nobody looked at it for 5 s', never.process.error)
      // It was opened before, and somebody looks at it.
      expect(left.process.error()).toBeUndefined()
      viewer.socket.terminate()
      await same('nobody looked at it for 5 s', left.process.error)
    } finally {
      await own.remove()
    }
  })

  it('with the app, which says so', async () => {
    const own = await startPipeApp()
    const { path, process } = await own.open()
    const [byLanes, raw] = [await lookAt(own, lanes(path)), await lookAt(own, (await own.open()).path)]
    await own.remove()
    expect(byLanes.notes.at(-1)).toEqual({ ended: { reason: 'the app has stopped' } })
    expect(await raw.closed).toEqual({ code: 1000, reason: 'the app has stopped' })
    await same(true, () => process.error() !== undefined)
  })

  it('is told at once to one in the format raw of which input waits', async () => {
    const { path, process } = await app.open()
    process.stream.pause()
    const viewer = await lookAt(app, path)
    for (let i = 0; i < 20; i++) viewer.socket.send('i'.repeat(50_000))
    await eventually('that its input waits', () => process.stream.readableLength > 0)
    await new Promise((resolve) => setTimeout(resolve, 300))
    process.exit(0)
    expect(await viewer.closed).toEqual({ code: 1000, reason: 'exit code 0' })
    await eventually('the end', async () => (await status('GET', `${path}/check`)).status === 404)
  })

  it('is told to one that lost its connection while it ended', async () => {
    const { path, process } = await app.open()
    const lost = await lookAt(app, lanes(path))
    lost.socket.terminate()
    process.write('out', 'the end')
    process.exit(9)
    const back = await lookAt(app, lanes(path, '&from=0&viewer=1'))
    expect((await back.closed).code).toBe(1000)
    expect(back.text()).toBe('the end')
    expect(back.notes.at(-1)).toEqual({ ended: { exit: { code: 9 } } })
  })
})
