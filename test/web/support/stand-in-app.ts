import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { SignIn, Who } from '../../../src/api/session.ts'

/** An app that knows only sessions, tickets and one socket, as the page sees them. */
export interface StandInApp {
  readonly url: string
  /** What was asked for: `POST /api/ticket`. */
  readonly asked: string[]
  /** Subprotocols that each accepted socket offered. */
  readonly offered: string[][]
  /** Whether the kernel lets everybody see, without a session. */
  isOpen: boolean
  /** Whether a socket is sent a frame as it opens. */
  greets: boolean
  /** How many of the next requests are cut off without an answer. */
  cutRequests: number
  /** How many of the next requests are done, and then cut off without their answer. */
  cutAnswers: number
  /** How long after the end of a session the answer to its signing out comes. */
  signOutMs: number
  /** Ends the session and its sockets, as when it was ended elsewhere. */
  endSession(): void
  /** Sends a frame to all sockets. */
  send(frame: string): void
  /** Resolves when one socket at least is open at its other end. */
  isReached(): Promise<void>
  /** Cuts all sockets without a word. */
  cutSockets(): void
  close(): Promise<void>
}

// By its file, because these tests resolve packages as a browser does, for which `ws` is empty.
const load = createRequire(import.meta.url)
const { WebSocketServer } = load('../../../node_modules/ws/index.js') as typeof import('ws')

const secret = 'the secret'

/** Starts the app. @param codes one-time codes that sign in */
export const startStandInApp = async (codes: readonly string[] = []): Promise<StandInApp> => {
  const left = new Set(codes)
  const tickets = new Set<string>()
  const sockets = new Set<WebSocket>()
  let hasSession = false
  let lastUse: string | undefined
  let issued = 0

  const isSession = (request: IncomingMessage) => hasSession && request.headers['scope-secret'] === secret
  const who = (request: IncomingMessage): Who => {
    const signIn = { password: true, proxy: false }
    if (isSession(request))
      return { by: 'session', name: 'owner', role: 'admin', mayAct: true, signIn, readOnly: false }
    return app.isOpen
      ? { by: 'kernel', name: 'uid 0 (root)', role: 'viewer', mayAct: false, signIn, readOnly: false }
      : {
          by: 'nothing',
          name: '',
          mayAct: false,
          why: 'it comes from another machine',
          signIn,
          readOnly: false,
        }
  }
  const answer = async (request: IncomingMessage): Promise<[status: number, body: unknown]> => {
    const asked = `${request.method} ${request.url}`
    app.asked.push(asked)
    switch (asked) {
      case 'GET /api/session':
        return [200, who(request)]
      case 'POST /api/session': {
        const proof = JSON.parse(await text(request)) as SignIn
        const use = JSON.stringify(proof)
        const isAgain = 'code' in proof && proof.idempotencyKey !== undefined && use === lastUse && hasSession
        if (!isAgain && !('code' in proof && left.delete(proof.code)))
          return [401, { error: { code: 'bad_code', message: 'the code was used already' } }]
        lastUse = use
        hasSession = true
        request.headers['scope-secret'] = secret
        return [200, { secret, who: who(request) }]
      }
      case 'DELETE /api/session':
      case 'DELETE /api/sessions':
        if (!isSession(request)) return [409, { error: { code: 'no_session', message: 'no session asks' } }]
        app.endSession()
        await sleep(app.signOutMs)
        return [200, { ended: 1 }]
      case 'POST /api/ticket': {
        if (!isSession(request))
          return [app.isOpen ? 403 : 401, { error: { code: 'sign_in', message: 'sign in' } }]
        issued += 1
        tickets.add(`ticket${issued}`)
        return [200, { ticket: `ticket${issued}` }]
      }
      default:
        return isSession(request) || app.isOpen
          ? [200, []]
          : [401, { error: { code: 'unauthorized', message: 'sign in' } }]
    }
  }

  const server = createServer(async (request, response) => {
    if (app.cutRequests > 0) {
      app.cutRequests -= 1
      request.socket.destroy()
      return
    }
    const [status, body] = await answer(request)
    if (app.cutAnswers > 0) {
      app.cutAnswers -= 1
      request.socket.destroy()
      return
    }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  const upgrades = new WebSocketServer({ noServer: true, handleProtocols: () => 'scope.v1' })
  server.on('upgrade', (request, socket, head) => {
    const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? []
    const ticket = offered.find((name) => name.startsWith('scope.ticket.'))?.replace('scope.ticket.', '')
    if (ticket === undefined ? !app.isOpen : !tickets.delete(ticket)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
      return
    }
    app.offered.push(offered)
    upgrades.handleUpgrade(request, socket, head, (opened) => {
      sockets.add(opened)
      opened.on('close', () => sockets.delete(opened))
      if (app.greets) opened.send('{"n":1}')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')

  const app: StandInApp = {
    url: `http://127.0.0.1:${address.port}`,
    asked: [],
    offered: [],
    isOpen: false,
    greets: true,
    cutRequests: 0,
    cutAnswers: 0,
    signOutMs: 0,
    endSession() {
      hasSession = false
      for (const socket of sockets) socket.close(1008, 'the session has ended')
    },
    send(frame) {
      for (const socket of sockets) socket.send(frame)
    },
    async isReached() {
      while (sockets.size === 0) await sleep(5)
      await Promise.race(
        [...sockets].map((socket) => {
          socket.ping()
          return once(socket, 'pong')
        }),
      )
    },
    cutSockets() {
      for (const socket of sockets) socket.terminate()
    },
    async close() {
      app.cutSockets()
      server.closeAllConnections()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
  return app
}
