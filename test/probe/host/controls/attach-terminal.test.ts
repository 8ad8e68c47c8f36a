import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReadStream } from 'node:tty'
import { afterEach, describe, expect, test } from 'vitest'
import { noteChunk, readNote } from '../../../../src/channel/notes.ts'
import type { Chunk, Exit, Note } from '../../../../src/channel/stream.ts'
import { attachTerminal } from '../../../../src/probe/host/controls/attach-terminal.ts'
import { loginOf } from '../../../../src/probe/host/controls/login.ts'
import { shellCommand } from '../../../../src/probe/host/controls/shell-command.ts'
import { openTerminal, type Terminal } from '../../../../src/probe/host/controls/terminal.ts'
import { eventually } from '../../../support/eventually.ts'

const uid = process.geteuid?.() ?? 0
let opened: Terminal[] = []
afterEach(async () => {
  for (const terminal of opened) {
    terminal.hangUp()
    terminal.kill()
  }
  await Promise.all(opened.map(({ exited }) => exited))
  opened = []
})

interface Viewer {
  readonly terminal: Terminal
  readonly stream: Duplex
  readonly ended: Promise<Exit>
  text(): string
  notes(): (Note | undefined)[]
  type(text: string): void
}

/** A shell, and whoever looks at it. */
const look = async ({ isReading = true } = {}): Promise<Viewer> => {
  const login = loginOf({ name: 'me', uid, gid: 0, home: '/', shell: '/bin/sh' }, uid)
  const command = shellCommand(login, { root: '', isElsewhere: false }, true)
  const terminal = await openTerminal(command, {
    graceMs: 300,
    onError: (error) => {
      throw error
    },
  })
  opened.push(terminal)
  const [far, near] = duplexPair({ objectMode: true })
  const ended = attachTerminal(terminal, near)
  const out: Uint8Array[] = []
  const notes: (Note | undefined)[] = []
  const take = ({ lane, bytes }: Chunk): void => {
    if (lane === 'out') out.push(bytes)
    if (lane === 'note') notes.push(readNote(bytes))
  }
  far.on('error', () => {})
  near.on('error', () => {})
  if (isReading) far.on('data', take)
  return {
    terminal,
    stream: far,
    ended,
    text: () => Buffer.concat(out).toString(),
    notes: () => notes,
    type: (text) => void far.write({ lane: 'in', bytes: Buffer.from(text) } satisfies Chunk),
  }
}

const shown = (viewer: Viewer, what: string): Promise<boolean> =>
  eventually(`${what} to be shown`, () => viewer.text().includes(what))

const isThere = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('whoever looks at a terminal', () => {
  test('types, sees, resizes, and is told how it ended, after all that was shown', async () => {
    const viewer = await look()
    viewer.stream.write(noteChunk({ resize: { columns: 120, rows: 50 } }))
    viewer.type('stty size\n')
    await shown(viewer, '50 120\r\n')
    viewer.type('seq 1 20000; exit 3\n')
    expect(await viewer.ended).toEqual({ code: 3 })
    await eventually('the end', () => viewer.stream.readableEnded)
    expect(viewer.notes()).toEqual([{ exit: { code: 3 } }])
    expect(viewer.text()).toContain('\r\n19999\r\n20000\r\n')
  })

  test('ends input, which the shell reads as the end', async () => {
    const viewer = await look()
    viewer.type('echo la""st\n')
    viewer.stream.end()
    expect(await viewer.ended).toEqual({ code: 0 })
    expect(viewer.text()).toContain('last\r\n')
    expect(viewer.notes()).toEqual([{ exit: { code: 0 } }])
  })

  test('ends input that a program on the terminal reads, and then the shell', async () => {
    const viewer = await look()
    viewer.type('cat\nhello\n')
    viewer.stream.end()
    expect(await viewer.ended).toEqual({ code: 0 })
    expect(viewer.text()).toMatch(/hello\r\n.*hello\r\n/)
  })

  test.each(['at work', 'deaf to hang-ups'])('goes away, and ends a shell that is %s', async (what) => {
    const viewer = await look()
    // Said by the program itself: a shell that loses its terminal before it has started one ends by itself.
    const program = `sh -c 'echo rea""dy; exec sleep 1000'\n`
    viewer.type(what === 'at work' ? program : `trap "" HUP; ${program}`)
    await shown(viewer, 'ready\r\n')
    viewer.stream.destroy(new Error('the app has gone'))
    expect(await viewer.ended).toHaveProperty('signal')
    expect(isThere(viewer.terminal.pid)).toBe(false)
  })

  test('is not told anything when it sends what is no note', async () => {
    const viewer = await look()
    for (const text of ['', '{', '{"resize":{"columns":0,"rows":1}}', '{"exit":{"code":1}}'])
      viewer.stream.write({ lane: 'note', bytes: Buffer.from(text) } satisfies Chunk)
    viewer.type('stty size; exit\n')
    await viewer.ended
    expect(viewer.text()).toContain('24 80\r\n')
  })

  test('reads nothing, and then nothing piles up here', async () => {
    const viewer = await look({ isReading: false })
    viewer.type('while :; do echo yesyesyesyesyesyesyesyesyesyes; done\n')
    await eventually('its screen to be read no more', () => viewer.terminal.screen.isPaused())
    const held = () => viewer.terminal.screen.readableLength + viewer.stream.readableLength
    const before = { held: held(), rssBytes: process.memoryUsage.rss() }
    await sleep(1000)
    expect(viewer.terminal.screen.isPaused()).toBe(true)
    // What was being read when it was paused is kept.
    expect(held() - before.held).toBeLessThan(64 * 1024)
    expect(process.memoryUsage.rss() - before.rssBytes).toBeLessThan(20_000_000)
    viewer.stream.destroy(new Error('the app has gone'))
    await viewer.ended
  })

  test('sees the last of it though this process was busy when it came', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const screen = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const [program] = (await once(server, 'connection')) as [Socket]
    const [far, near] = duplexPair({ objectMode: true })
    let text = ''
    far.on('data', ({ lane, bytes }: Chunk) => {
      if (lane === 'out') text += Buffer.from(bytes).toString()
    })
    const terminal: Terminal = {
      ...{
        screen: screen as unknown as ReadStream,
        keyboard: screen,
        pid: 1,
        exited: Promise.resolve({ code: 0 }),
      },
      ...{ resize: () => {}, hangUp: () => {}, kill: () => {} },
    }
    const ended = attachTerminal(terminal, near)
    await new Promise((resolve) => setImmediate(resolve))
    program.write('the last')
    // Longer than a terminal has to be silent after its program.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    expect(await ended).toEqual({ code: 0 })
    expect(text).toBe('the last')
    program.destroy()
    screen.destroy()
    server.close()
  })

  test('does not wait for jobs in the background that write on after the shell', async () => {
    const viewer = await look()
    viewer.type('trap "" HUP; (while echo yes; do sleep 0.01; done) & echo job:$!; exit\n')
    expect(await viewer.ended).toEqual({ code: 0 })
    const job = Number(/job:(\d+)\r/.exec(viewer.text())?.[1])
    await eventually('the job to fail to write', () => !isThere(job))
  })
})
