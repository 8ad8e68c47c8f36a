import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { json } from 'node:stream/consumers'
import { createRoot } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type LogsRun, startLogs } from '../../../../web/state/control/logs-run.ts'
import {
  closeSession,
  openSession,
  openSessions,
  reopenSession,
} from '../../../../web/state/control/open-session.ts'
import type { SessionToOpen } from '../../../../web/state/control/session-to-open.ts'
import { untilPasses } from '../../../support/until-passes.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

/** An app that opens logs, and answers to a pipe that is not open as the real one does. */
const startApp = async () => {
  const app = {
    url: '',
    open: new Set<string>(),
    /** Answers of status 404. */
    missed: [] as string[],
    bodies: [] as unknown[],
    /** How many of the next uses of a control are cut off without an answer. */
    cutUses: 0,
    /** Resolves before a control is answered. */
    held: Promise.resolve(),
    close: async () => {},
  }
  let opened = 0
  const sockets = new Set<Duplex>()
  const idOf = ({ url = '' }: IncomingMessage) => /^\/api\/pipe\/([^/?]+)/.exec(url)?.[1] ?? ''
  const server = createServer(async (request, response) => {
    const answer = (status: number, body?: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? undefined : JSON.stringify(body))
    }
    if (request.url?.startsWith('/api/control/')) {
      app.bodies.push(await json(request))
      if (app.cutUses > 0) {
        app.cutUses -= 1
        return void request.socket.destroy()
      }
      await app.held
      const pipe = `pipe-${++opened}`
      app.open.add(pipe)
      return answer(200, { pipe, raw_tty: false })
    }
    const id = idOf(request)
    if (!app.open.has(id)) {
      app.missed.push(`${request.method} ${id}`)
      return answer(404, { error: { code: 'not_found', message: 'no such pipe' } })
    }
    if (request.method === 'DELETE') app.open.delete(id)
    answer(204)
  })
  // Logs have nothing to say here: the socket stays as it is.
  server.on('upgrade', (_request, socket) => void sockets.add(socket.on('error', () => {})))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  app.url = `http://127.0.0.1:${address.port}/`
  app.close = async () => {
    for (const socket of sockets) socket.destroy()
    server.closeAllConnections()
    await new Promise<void>((closed) => server.close(() => closed()))
  }
  return app
}

const source = (name: string): SessionToOpen => ({
  kind: 'logs',
  pipe: `first-of-${name}`,
  tty: false,
  nodeId: `${name};<container>`,
  label: name,
  probeId: 'probe',
  control: 'docker_get_logs',
  group: 'all',
})

vi.setConfig({ testTimeout: 120_000 })

let app: Awaited<ReturnType<typeof startApp>>
let dispose: (() => void)[]
let runs: LogsRun[]

const run = (session: Parameters<typeof startLogs>[0]): LogsRun =>
  createRoot((end) => {
    dispose.push(end)
    const logs = startLogs(session)
    runs.push(logs)
    return logs
  })
/** What another window, or the page after a reload, makes of logs. */
const goOn = (logs: LogsRun): LogsRun => {
  const kept = logs.kept()
  logs.leave()
  for (const { id } of openSessions()) closeSession(id)
  const session = reopenSession(kept)
  if (!session) throw new Error('no session')
  return run(session)
}
const openAre = (...ids: string[]) => untilPasses(() => expect([...app.open].sort()).toEqual(ids))
/** Waits until it reads these pipes, and no others are open. */
const reads = async (logs: LogsRun, ...ids: string[]) => {
  await untilPasses(() =>
    expect(
      logs
        .kept()
        .sources.map(({ pipe }) => pipe)
        .sort(),
    ).toEqual(ids),
  )
  await openAre(...ids)
}

beforeEach(async () => {
  app = await startApp()
  stubBrowser(app.url)
  dispose = []
  runs = []
})
afterEach(async () => {
  for (const logs of runs) logs.leave()
  for (const end of dispose) end()
  for (const { id } of openSessions()) closeSession(id)
  await app.close()
  vi.unstubAllGlobals()
})

it('go on elsewhere again and again with one pipe for each node, and end it', async () => {
  for (const name of ['a', 'b']) app.open.add(source(name).pipe)
  const session = openSession(source('a'))
  openSession(source('b'))
  const first = run(session)
  const second = goOn(first)
  await reads(second, 'pipe-1', 'pipe-2')
  const third = goOn(second)
  await reads(third, 'pipe-3', 'pipe-4')
  third.end()
  await openAre()
  expect(app.missed).toEqual([])
})

it('go on from the time that was chosen, with the pipes that this has opened', async () => {
  app.open.add(source('a').pipe)
  const first = run(openSession(source('a')))
  first.readSince('1h')
  await reads(first, 'pipe-1')
  const second = goOn(first)
  await reads(second, 'pipe-2')
  expect(second.since()).toBe('1h')
  expect(app.bodies).toEqual(
    Array.from({ length: 2 }, () => ({ follow: 'true', timestamps: 'true', since: '1h' })),
  )
  expect(app.missed).toEqual([])
})

it('go on with the text that is looked for', () => {
  const first = run(openSession(source('a')))
  first.lookFor('refused')
  expect(goOn(first).find()).toBe('refused')
})

it('leave no pipe behind that was being opened when they left', async () => {
  app.open.add(source('a').pipe)
  let go = () => {}
  app.held = new Promise((resolve) => {
    go = resolve
  })
  const second = goOn(run(openSession(source('a'))))
  await untilPasses(() => expect(app.bodies).toHaveLength(1))
  const third = goOn(second)
  go()
  await reads(third, 'pipe-2')
  third.end()
  await openAre()
})

it('go on, and from another time, although the app does not answer at first', async () => {
  app.open.add(source('a').pipe)
  app.cutUses = 2
  const second = goOn(run(openSession(source('a'))))
  await reads(second, 'pipe-1')
  expect(app.bodies).toHaveLength(3)
  app.cutUses = 1
  second.readSince('1h')
  await untilPasses(() => expect(app.bodies).toHaveLength(4))
  expect(second.state().kind).toBe('connecting')
  await reads(second, 'pipe-2')
})

it('ask for no pipe any more when they are left while the app does not answer', async () => {
  app.open.add(source('a').pipe)
  app.cutUses = Number.POSITIVE_INFINITY
  const second = goOn(run(openSession(source('a'))))
  await untilPasses(() => expect(app.bodies).toHaveLength(2))
  second.end()
  await openAre()
  for (const { id } of openSessions()) closeSession(id)
  const other = run(openSession(source('b')))
  other.readSince('1h')
  const uses = (since: boolean) => app.bodies.filter((body) => 'since' in Object(body) === since).length
  // The third use of this one would come later than that of the one before.
  await untilPasses(() => expect(uses(true)).toBe(3))
  expect(uses(false)).toBe(2)
})
