import type { Context } from 'hono'
import type { WebSocket } from 'ws'
import type { Faults } from '../../log/faults.ts'
import { closeSocket } from '../../sockets/close-socket.ts'
import { keepPinging, type Pinged, type Pings } from '../../sockets/pings.ts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import type { Handlers } from '../http/handlers.ts'
import { requireUpgrade } from '../http/sockets/require-upgrade.ts'
import { socketServer } from '../http/sockets/socket-server.ts'
import { HeldPipes, type HeldPipesOptions, type PipeLimits } from './held-pipes.ts'
import { joinByLanes } from './lanes-viewer.ts'
import type { Pipes } from './pipes.ts'
import { joinRaw } from './raw-viewer.ts'
import { type SocketViewer, serveSocket } from './socket-viewer.ts'

/** What {@link servePipes} needs. */
export interface ServePipesOptions extends HeldPipesOptions {
  readonly limits: PipeLimits
  readonly faults: Faults
}

/** The pipes of an app, and what answers requests about them. */
export interface ServedPipes {
  readonly pipes: Pipes
  readonly handlers: Pick<Handlers, 'pipeSocket' | 'checkPipe' | 'endPipe' | 'closePipe'>
  /** Ends all pipes, and resolves when their sockets are closed. */
  stop(): Promise<void>
}

/** A large paste comes in one frame in the format `raw`. */
const MAX_FRAME_BYTES = 64 * 1024
/** In the format `raw` megabytes may wait in the kernel, which tells only now and then that the other end has taken some. */
const RAW_PATIENCE = 3

/** Makes the pipes of an app. */
export const servePipes = (options: ServePipesOptions): ServedPipes => {
  const { limits, faults } = options
  const pipes = new HeldPipes(options)
  const server = socketServer(MAX_FRAME_BYTES)
  const pinging = { intervalMs: limits.pingIntervalMs, guard: faults.guardOf('pipes') }
  const pings = { lanes: keepPinging(pinging), raw: keepPinging({ ...pinging, patience: RAW_PATIENCE }) }
  const sockets = new Set<WebSocket>()

  const accept = (socket: WebSocket, { add }: Pings, join: (pinged: Pinged) => SocketViewer): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    const pinged = add(socket)
    socket.on('message', pinged.answered)
    const joined = (): SocketViewer => join(pinged)
    serveSocket(socket, joined, (error) => faults.happened('pipes', 'take what a viewer sent', error))
  }

  const end = (c: Context<AppEnv>, id: string): Response => {
    const { subject } = c.get('authentication')
    if (!pipes.end(id, subject)) throw pipes.whyNot(id, subject)
    return c.body(null, 204)
  }

  return {
    pipes,
    handlers: {
      pipeSocket: (c) => {
        const upgrade = requireUpgrade(c)
        const { format, from, viewer } = c.req.valid('query')
        const pipe = pipes.get(c.req.valid('param').id, c.get('authentication').subject)
        if (format !== 'lanes' && (from !== undefined || viewer !== undefined))
          throw invalid(from === undefined ? 'viewer' : 'from', 'is only possible with format=lanes')
        if (from !== undefined && from > pipe.output.sent)
          throw invalid('from', `only ${pipe.output.sent} bytes of output were sent so far`)
        upgrade.server = server
        upgrade.accept = (socket) =>
          format === 'lanes'
            ? accept(socket, pings.lanes, () => joinByLanes(socket, pipe, { from, viewer }))
            : accept(socket, pings.raw, ({ answered }) => joinRaw(socket, pipe, answered))
        return c.body(null, 204)
      },
      checkPipe: (c) => {
        pipes.get(c.req.valid('param').id, c.get('authentication').subject)
        return c.body(null, 204)
      },
      endPipe: (c) => end(c, c.req.valid('param').id),
      closePipe: (c) => end(c, c.req.valid('param').id),
    },
    async stop() {
      pings.lanes.stop()
      pings.raw.stop()
      pipes.stop()
      await Promise.all([...sockets].map((socket) => closeSocket(socket, GOING_AWAY, 'the app stops')))
    },
  }
}

const GOING_AWAY = 1001

const invalid = (field: string, message: string): ApiError =>
  new ApiError(400, 'invalid_parameter', `${field}: ${message}`, { field })
