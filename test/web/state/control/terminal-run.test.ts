import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { createRoot } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { frameOf, jsonOfNote, noteFrameOf, parseFrame } from '../../../../src/pipe/frames.ts'
import type { AppNote, ViewerNote } from '../../../../src/pipe/notes.ts'
import type { KeptTerminal } from '../../../../web/state/control/kept.ts'
import { startTerminal, type TerminalRun } from '../../../../web/state/control/terminal-run.ts'
import { untilPasses } from '../../../support/until-passes.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

// By its file, because these tests resolve packages as a browser does, for which `ws` is empty.
const load = createRequire(import.meta.url)
const { WebSocketServer } = load('../../../../node_modules/ws/index.js') as typeof import('ws')

/** An app with one pipe, which remembers its input. */
const startApp = async () => {
  const app = {
    url: '',
    input: '',
    notes: [] as ViewerNote[],
    socket: undefined as WebSocket | undefined,
    tell: (note: AppNote) => app.socket?.send(noteFrameOf(note)),
    output: (text: string) => app.socket?.send(frameOf('out', Buffer.from(text))),
    close: async () => {},
  }
  const server = createServer((_request, response) => response.writeHead(204).end())
  const upgrades = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) =>
    upgrades.handleUpgrade(request, socket, head, (opened) => {
      app.socket = opened
      const ended = app.notes.some((note) => 'endInput' in note) && { inputEnded: true as const }
      app.tell({
        hello: { tty: false, from: 0, received: Buffer.byteLength(app.input), ...ended, viewer: 1 },
      })
      opened.on('message', (data: Buffer) => {
        const frame = parseFrame(new Uint8Array(data))
        const bytes = frame?.bytes ?? new Uint8Array()
        if (frame?.lane === 'in') app.input += Buffer.from(bytes).toString()
        else app.notes.push(jsonOfNote(bytes) as ViewerNote)
      })
    }),
  )
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  app.url = `http://127.0.0.1:${address.port}/`
  app.close = async () => {
    for (const client of upgrades.clients) client.terminate()
    server.closeAllConnections()
    await new Promise<void>((closed) => server.close(() => closed()))
  }
  return app
}

let app: Awaited<ReturnType<typeof startApp>>
let ends: (() => void)[]

const start = (tty: boolean, kept?: KeptTerminal): TerminalRun =>
  createRoot((end) => {
    const run = startTerminal(
      {
        kind: 'terminal',
        pipe: 'the-pipe',
        tty,
        nodeId: 'a;<container>',
        label: 'a',
        probeId: 'probe',
      },
      { fontSize: 14, reader: false },
      kept,
    )
    ends.push(() => {
      run.leave()
      end()
    })
    return run
  })
const isState = (run: TerminalRun, kind: string) => untilPasses(() => expect(run.state().kind).toBe(kind))
const live = async (tty: boolean, kept?: KeptTerminal): Promise<TerminalRun> => {
  const run = start(tty, kept)
  await isState(run, 'live')
  return run
}
/** Presses keys. */
const press = (run: TerminalRun, keys: string) => {
  try {
    run.screen()?.paste(keys)
  } catch (error) {
    // Once xterm.js has told what was pasted it empties its input field, which it has only in a page.
    if (!(error instanceof TypeError)) throw error
  }
}
const shown = (run: TerminalRun) => run.screen()?.serialize()

beforeEach(async () => {
  app = await startApp()
  stubBrowser(app.url)
  vi.stubGlobal('getComputedStyle', () => ({ getPropertyValue: () => '#000000' }))
  ends = []
})
afterEach(async () => {
  for (const end of ends) end()
  await app.close()
  vi.unstubAllGlobals()
})

it('tells that the input has ended, takes no more of it, and tells how the program ended', async () => {
  const run = await live(false)
  press(run, 'one\r')
  press(run, '\u0004')
  expect(run.refusal()).toBe('The input has ended.')
  press(run, 'x\r')
  expect(run.refusal()).toBe('The input has ended.')
  app.output('what it printed')
  await untilPasses(() => expect(shown(run)).toBe('one\r\nwhat it printed'))
  await untilPasses(() => expect(app.notes).toContainEqual({ endInput: true }))
  expect(app.input).toBe('one\n')
  app.tell({ ended: { exit: { code: 3 } } })
  await untilPasses(() => expect(run.state()).toEqual({ kind: 'ended', words: 'exit code 3' }))
  expect(run.refusal()).toBe('')
})

it('takes no input after its end in another window either', async () => {
  const first = await live(false)
  press(first, '\u0004')
  await untilPasses(() => expect(app.notes).toContainEqual({ endInput: true }))
  const kept = first.kept()
  first.leave()
  const run = await live(false, kept)
  expect(run.refusal()).toBe('The input has ended.')
  press(run, 'x\r')
  expect(run.refusal()).toBe('The input has ended.')
  app.output('printed')
  await untilPasses(() => expect(shown(run)).toBe('printed'))
  expect(app.input).toBe('')
})

it('tells that too much is waiting until something is sent again, or it has ended', async () => {
  const run = await live(true)
  const tooMuch = 'x'.repeat(5 * 1024 * 1024)
  press(run, tooMuch)
  expect(run.refusal()).toBe('What was typed last was not sent: too much is waiting.')
  press(run, 'y')
  expect(run.refusal()).toBe('')
  await untilPasses(() => expect(app.input).toBe('y'))
  press(run, tooMuch)
  expect(run.refusal()).not.toBe('')
  app.tell({ ended: { exit: { code: 3 } } })
  await isState(run, 'ended')
  expect(run.refusal()).toBe('')
})
