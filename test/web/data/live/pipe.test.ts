import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { InputLedger } from '../../../../src/app/pipes/ledgers/input-ledger.ts'
import { frameOf, jsonOfNote, noteFrameOf, parseFrame, TAKEN_OVER_CODE } from '../../../../src/pipe/frames.ts'
import type { AppNote, ViewerNote } from '../../../../src/pipe/notes.ts'
import { openPipe, type Pipe, type PipeState } from '../../../../web/data/live/pipe.ts'
import { settings } from '../../../../web/settings.ts'
import { untilPasses } from '../../../support/until-passes.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

// By its file, because these tests resolve packages as a browser does, for which `ws` is empty.
const load = createRequire(import.meta.url)
const { WebSocketServer } = load('../../../../node_modules/ws/index.js') as typeof import('ws')

const WINDOW = 256 * 1024
/** Output whose every byte tells its place. */
const output = Uint8Array.from({ length: 1_000_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff)

/** An app with one pipe, of which the output is {@link output}, and which remembers the input. */
const startPipe = async () => {
  const pipe = {
    url: '',
    /** What was asked beside the socket, and the queries of sockets. */
    asked: [] as string[],
    input: [] as Uint8Array[],
    inputBytes: () => pipe.ledger.received,
    ledger: new InputLedger(),
    /** While false, the program does not read. */
    reads: true,
    /** The program reads what it can, of which the page is told as by the app. */
    takeInput() {
      if (!pipe.reads) return
      for (let chunk = pipe.ledger.take(); chunk; chunk = pipe.ledger.take()) pipe.input.push(chunk.bytes)
      const received = pipe.ledger.takeReceipt()
      if (received !== undefined) pipe.tell({ received })
    },
    notes: [] as ViewerNote[],
    /** How many of the next orders to end it are cut off: before they are done, or without their answer. */
    cutEnds: 0,
    /** The answer to whether the pipe is there. */
    check: { status: 204, body: '' },
    limit: output.length,
    acknowledged: 0,
    sent: 0,
    socket: undefined as WebSocket | undefined,
    /** Number of who looks at it. */
    viewer: 0,
    tell: (note: AppNote) => pipe.socket?.send(noteFrameOf(note)),
    /** Sends what the window allows. */
    pump() {
      while (pipe.socket && pipe.sent < Math.min(pipe.limit, pipe.acknowledged + WINDOW)) {
        const until = Math.min(pipe.sent + 10_000, pipe.limit, pipe.acknowledged + WINDOW)
        pipe.socket.send(frameOf('out', output.subarray(pipe.sent, until)))
        pipe.sent = until
      }
    },
    /** Another window shows it from now on, and has consumed the output up to an offset. */
    takeOver(acknowledged?: number) {
      pipe.viewer += 1
      pipe.acknowledged = acknowledged ?? pipe.acknowledged
      pipe.socket?.close(TAKEN_OVER_CODE)
    },
    close: async () => {},
  }
  const server = createServer((request, response) => {
    pipe.asked.push(`${request.method} ${request.url}`)
    if (request.method === 'DELETE' && pipe.cutEnds > 0) {
      pipe.cutEnds -= 1
      return void request.socket.destroy()
    }
    const isCheck = request.url?.endsWith('/check') ?? false
    response.writeHead(isCheck ? pipe.check.status : 204, { 'content-type': 'application/json' })
    response.end(isCheck && pipe.check.body ? pipe.check.body : undefined)
  })
  const upgrades = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '', 'http://app')
    pipe.asked.push(url.search)
    if (pipe.check.status !== 204) return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
    upgrades.handleUpgrade(request, socket, head, (opened) => {
      const number = url.searchParams.get('viewer')
      if (number !== null && number !== String(pipe.viewer)) return opened.close(TAKEN_OVER_CODE)
      if (number === null) pipe.viewer += 1
      pipe.socket = opened
      pipe.ledger.begin()
      const asked = Number(url.searchParams.get('from') ?? pipe.acknowledged)
      const from = Math.max(asked, pipe.acknowledged)
      pipe.sent = from
      const { viewer } = pipe
      const lost = from > asked ? { lost: from - asked } : {}
      pipe.tell({ hello: { tty: true, from, ...lost, received: pipe.inputBytes(), viewer } })
      opened.on('message', (data: Buffer) => {
        const chunk = parseFrame(new Uint8Array(data))
        if (chunk?.lane === 'in') {
          pipe.ledger.add(chunk.bytes)
          pipe.takeInput()
          return
        }
        const note = jsonOfNote(chunk?.bytes ?? new Uint8Array()) as ViewerNote
        pipe.notes.push(note)
        if ('ack' in note) pipe.acknowledged = note.ack
        pipe.pump()
      })
      pipe.pump()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  pipe.url = `http://127.0.0.1:${address.port}/`
  pipe.close = async () => {
    for (const client of upgrades.clients) client.terminate()
    server.closeAllConnections()
    await new Promise<void>((closed) => server.close(() => closed()))
  }
  return pipe
}

let app: Awaited<ReturnType<typeof startPipe>>
let pipe: Pipe | undefined
let states: PipeState[]
let received: Uint8Array[]
let waiting: (() => void)[]
let holds: boolean
let lost: number[]

const open = (from?: number) => {
  pipe = openPipe(
    'the-pipe',
    {
      output(_lane, bytes, done) {
        received.push(bytes)
        if (holds) waiting.push(done)
        else done()
      },
      lost: (sizeBytes) => lost.push(sizeBytes),
      state: (state) => states.push(state),
    },
    from,
  )
  return pipe
}
const isState = (state: PipeState) => untilPasses(() => expect(states.at(-1)).toEqual(state))
const receivedBytes = () => received.reduce((sum, { length }) => sum + length, 0)
const isReceived = (count: number) => untilPasses(() => expect(receivedBytes()).toBe(count))

beforeEach(async () => {
  app = await startPipe()
  stubBrowser(app.url)
  states = []
  received = []
  waiting = []
  holds = false
  lost = []
})
afterEach(async () => {
  pipe?.leave()
  await app.close()
  vi.unstubAllGlobals()
})

it('brings all output in order, also when the connection is lost in the middle', async () => {
  app.limit = 100_000
  open()
  await isReceived(100_000)
  app.socket?.terminate()
  app.limit = 600_000
  await isReceived(600_000)
  app.socket?.terminate()
  app.limit = output.length
  await isReceived(output.length)
  expect(Buffer.concat(received).equals(output)).toBe(true)
  expect(states.map(({ kind }) => kind)).toEqual(
    'connecting live reconnecting live reconnecting live'.split(' '),
  )
})

it('brings all input once, also when the connection is lost in the middle', async () => {
  app.limit = 0
  const opened = open()
  const typed = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251)
  opened.input(typed.subarray(0, 5))
  await isState({ kind: 'live' })
  opened.input(typed.subarray(5, 200_000))
  await untilPasses(() => expect(app.inputBytes()).toBeGreaterThan(20_000))
  app.socket?.terminate()
  opened.input(typed.subarray(200_000))
  await untilPasses(() => expect(app.inputBytes()).toBe(typed.length))
  expect(Buffer.concat(app.input).equals(typed)).toBe(true)
})

it('lets the app send no more than what is done and the window', async () => {
  holds = true
  const opened = open()
  await isReceived(WINDOW)
  expect(app.notes).toEqual([])
  expect(opened.position()).toBe(0)
  holds = false
  for (const done of waiting) done()
  await isReceived(output.length)
  expect(opened.position()).toBe(output.length)
})

it('goes on from an offset, with the size of the terminal', async () => {
  const opened = open(900_000)
  opened.resize({ columns: 100, rows: 30 })
  app.acknowledged = 900_000
  await isReceived(100_000)
  expect(app.asked[0]).toBe('?format=lanes&from=900000')
  await untilPasses(() => expect(app.notes).toContainEqual({ resize: { columns: 100, rows: 30 } }))
})

it.each([
  ['unknown_pipe', 'no', 'ended: the app was restarted, or who opened it has signed out'],
  ['pipe_ended', 'nobody looked at it for 60 s', 'nobody looked at it for 60 s'],
])('tells why there is no pipe any more (%s)', async (code, message, words) => {
  app.check = { status: 404, body: JSON.stringify({ error: { code, message } }) }
  open()
  await isState({ kind: 'ended', words })
  expect(pipe?.input(new Uint8Array(1))).toBe(false)
})

it.each([
  [401, 'unauthorized'],
  [403, 'sign_in'],
  [403, 'forbidden'],
])(
  'has ended when the app refuses who asks for it, as after the end of their session (%i %s)',
  async (status, code) => {
    open()
    await isState({ kind: 'live' })
    app.check = { status, body: JSON.stringify({ error: { code, message: 'no' } }) }
    app.socket?.terminate()
    await isState({
      kind: 'ended',
      words: 'ended: the app was restarted, or who opened it has signed out',
    })
  },
)

it.each([
  [401, 'Sign in to the network'],
  [403, JSON.stringify({ error: { code: 'insecure', message: 'not without TLS' } })],
  [502, ''],
])('goes on after an answer that does not tell of its session (%i %s)', async (status, body) => {
  open()
  await isReceived(output.length)
  app.check = { status, body }
  app.socket?.terminate()
  const refused = () => app.asked.filter((asked) => asked.endsWith('/check')).length
  await untilPasses(() => expect(refused()).toBeGreaterThan(1))
  expect(states.at(-1)).toEqual({ kind: 'reconnecting' })
  app.check = { status: 204, body: '' }
  await isState({ kind: 'live' })
})

it('tells how what ran in it has ended', async () => {
  open()
  await isState({ kind: 'live' })
  app.tell({ ended: { exit: { code: 3 } } })
  await isState({ kind: 'ended', words: 'exit code 3' })
})

it('leaves the pipe to another window, and takes it back when asked', async () => {
  open()
  await isReceived(output.length)
  app.takeOver()
  await isState({ kind: 'elsewhere' })
  pipe?.takeBack()
  await isState({ kind: 'live' })
  expect(receivedBytes()).toBe(output.length)
})

it('takes back a pipe without what was typed for it before, or while it was elsewhere', async () => {
  app.limit = 0
  const opened = open()
  await isState({ kind: 'live' })
  app.socket?.terminate()
  await isState({ kind: 'reconnecting' })
  opened.input(Buffer.from('before'))
  app.takeOver()
  await isState({ kind: 'elsewhere' })
  expect(opened.input(Buffer.from('meanwhile'))).toBe(false)
  opened.takeBack()
  expect(opened.input(Buffer.from('after'))).toBe(true)
  await untilPasses(() => expect(Buffer.concat(app.input).toString()).toBe('after'))
})

it('takes back a pipe where the other window has left off, and tells what was shown only there', async () => {
  app.limit = WINDOW
  holds = true
  const opened = open()
  await isReceived(WINDOW)
  app.limit = 310_000
  app.takeOver(300_000)
  await isState({ kind: 'elsewhere' })
  opened.takeBack()
  await isReceived(WINDOW + 10_000)
  expect(lost).toEqual([300_000 - WINDOW])
  holds = false
  for (const done of waiting) done()
  expect(opened.position()).toBe(310_000)
  await untilPasses(() => expect(app.notes.at(-1)).toEqual({ ack: 300_000 }))
  await isState({ kind: 'live' })
})

it('is ended at the app only when it is closed', async () => {
  open().leave()
  const other = open()
  await isState({ kind: 'live' })
  other.end()
  await untilPasses(() => expect(app.asked).toContain('DELETE /api/pipe/the-pipe'))
  expect(app.asked.filter((asked) => asked.startsWith('DELETE'))).toHaveLength(1)
})

it('is ended although the app does not answer at first', async () => {
  app.cutEnds = 2
  const ends = () => app.asked.filter((asked) => asked.startsWith('DELETE')).length
  open().end()
  await untilPasses(() => expect([ends(), app.cutEnds]).toEqual([3, 0]))
})

it('refuses more input than may wait', async () => {
  app.limit = 0
  const opened = open()
  expect(opened.input(new Uint8Array(5 * 1024 * 1024))).toBe(false)
  expect(opened.input(new Uint8Array(10))).toBe(true)
  opened.endInput()
  expect(opened.input(new Uint8Array(10))).toBe(false)
  await untilPasses(() => expect(app.notes).toEqual([{ endInput: true }]))
})

/** Lets the page's clock tick when the test says so. @returns lets it tick so many times */
const holdClock = () => {
  let tick: (() => void) | undefined
  Object.assign(window, {
    setInterval: (job: () => void) => {
      tick = job
      return 0
    },
  })
  return (times: number) => {
    for (let i = 0; i < times; i++) tick?.()
  }
}
const { live } = settings.data.ticksWithoutWord

it('stays connected after something was typed that the program has read, however quiet it is then', async () => {
  app.limit = 0
  const tick = holdClock()
  const opened = open()
  await isState({ kind: 'live' })
  opened.input(Buffer.from('ls\r'))
  await untilPasses(() => expect(app.inputBytes()).toBe(3))
  app.limit = 10
  app.pump()
  await isReceived(10)
  tick(3 * live)
  expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'live'])
})

it('connects again once when what is typed is not received, and again when something was, or much later', async () => {
  app.limit = 0
  app.reads = false
  const tick = holdClock()
  const opened = open()
  const connections = () => app.asked.filter((asked) => asked.startsWith('?')).length
  const isConnection = (count: number) =>
    untilPasses(() => expect([connections(), states.at(-1)?.kind]).toEqual([count, 'live']))
  await isConnection(1)
  opened.input(Buffer.from('ls\r'))
  await untilPasses(() => expect(app.ledger.size).toBe(3))
  tick(live)
  expect(states.at(-1)).toEqual({ kind: 'reconnecting' })
  await isConnection(2)
  tick(10 * live)
  expect(states.at(-1)).toEqual({ kind: 'live' })
  // That may have died meanwhile.
  tick(2 * live)
  expect(states.at(-1)).toEqual({ kind: 'reconnecting' })
  await isConnection(3)

  await untilPasses(() => expect(app.ledger.size).toBe(3))
  app.reads = true
  app.takeInput()
  app.limit = 10
  app.pump()
  await isReceived(10)
  app.reads = false
  opened.input(Buffer.from('exit\r'))
  tick(live)
  expect(states.at(-1)).toEqual({ kind: 'reconnecting' })
  await isConnection(4)
  expect(Buffer.concat(app.input).toString()).toBe('ls\r')
})
