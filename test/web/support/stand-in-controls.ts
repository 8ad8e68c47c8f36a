import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Controllable } from '../../../src/api/control.ts'

/** An app that knows only nodes that can be acted on. */
export interface StandInControls {
  readonly url: string
  /** What matches now. */
  nodes: readonly Controllable[]
  /** What was asked for: `GET /api/controls?topology=containers&q=web`, `POST … {"tail":"1000"}`. */
  readonly asked: string[]
  /** Node ids on which controls fail. */
  readonly failing: Set<string>
  /** The pipe that a control answers with. */
  pipe: string | undefined
  /** How long a control takes. */
  takesMs: number
  /** The most controls that were under way at the same time. */
  readonly mostAtOnce: () => number
  close(): Promise<void>
}

/** Starts the app. */
export const startStandInControls = async (): Promise<StandInControls> => {
  let underWay = 0
  let most = 0
  const server = createServer(async (request, response) => {
    const body = request.method === 'POST' ? JSON.stringify(await json(request)) : ''
    const path = decodeURIComponent(request.url ?? '')
    app.asked.push(`${request.method} ${path} ${body}`.trim())
    let status = 200
    let answer: unknown = { nodes: app.nodes, total: app.nodes.length }
    if (request.method === 'POST') {
      underWay += 1
      most = Math.max(most, underWay)
      await sleep(app.takesMs)
      underWay -= 1
      const [, , , , nodeId = ''] = path.split('/')
      const fails = app.failing.has(nodeId)
      status = fails ? 409 : 200
      answer = fails
        ? { error: { code: 'conflict', message: 'it is not running' } }
        : app.pipe === undefined
          ? {}
          : { pipe: app.pipe, raw_tty: false }
    }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const app: StandInControls = {
    url: `http://127.0.0.1:${address.port}`,
    nodes: [],
    asked: [],
    failing: new Set(),
    pipe: undefined,
    takesMs: 5,
    mostAtOnce: () => most,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
  return app
}
