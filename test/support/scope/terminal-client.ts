import { WebSocket } from 'ws'
import type { ControlAnswer } from '../../../src/api/control.ts'
import type { Ended } from '../../../src/pipe/notes.ts'
import { PipeViewer, type TerminalSize } from '../../../src/pipe/viewer.ts'

/** Where an app is, and the bearer token that it takes. */
export interface AppAccess {
  readonly url: string
  readonly token: string
}

/** The node that a control is used on, as the app's API names it. */
export interface ControlTarget {
  readonly probeId: string
  readonly nodeId: string
}

/**
 * Uses a control, as a script does: by the bearer token.
 *
 * @throws Error with status and body of an answer that is no success
 */
export const useControl = async (
  { url, token }: AppAccess,
  { probeId, nodeId }: ControlTarget,
  control: string,
  args: Readonly<Record<string, string>> = {},
): Promise<ControlAnswer> => {
  const path = ['api', 'control', probeId, nodeId, control].map(encodeURIComponent).join('/')
  const response = await fetch(`${url}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(args),
  })
  if (!response.ok) throw new Error(`${control} of ${nodeId}: ${response.status} ${await response.text()}`)
  return (await response.json()) as ControlAnswer
}

/** A viewer of a pipe. */
export interface Terminal {
  /** Id of the pipe. */
  readonly id: string
  /** Bytes of output that have come. */
  readonly arrived: number
  /** Resolves when the pipe has ended. */
  readonly ended: Promise<Ended>
  /** Called with each piece of output, and once it is set with what came before. */
  onOutput: (text: Buffer) => void
  /** While true, output is neither acknowledged nor more of it asked for. */
  paused: boolean
  type(text: string): void
  resize(size: TerminalSize): void
  /** Breaks the connection and makes another, as after a drop of the network. */
  reconnect(): Promise<void>
  /** Ends the pipe, and what runs at its other end. */
  close(): Promise<void>
}

/** Looks at a pipe. Resolves once the app has said hello. */
export const viewPipe = async ({ url, token }: AppAccess, id: string): Promise<Terminal> => {
  const viewer = new PipeViewer()
  const headers = { authorization: `Bearer ${token}` }
  const ended = Promise.withResolvers<Ended>()
  let socket: WebSocket
  let unread = 0
  const flush = (): void => {
    for (const frame of viewer.frames()) socket.send(frame)
  }
  const connect = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const opened = new WebSocket(`${url.replace(/^http/, 'ws')}/api/pipe/${id}?${viewer.query()}`, {
        headers,
        perMessageDeflate: false,
      })
      socket = opened
      opened.on('error', reject)
      opened.on('message', (data: Buffer) => {
        if (opened !== socket) return
        const event = viewer.take(data)
        if (event.kind === 'hello') resolve()
        if (event.kind === 'ended') ended.resolve(event.ended)
        if (event.kind === 'output') {
          if (terminal.paused) unread += event.bytes.length
          else viewer.consumed(event.bytes.length)
          output(Buffer.from(event.bytes))
        }
        flush()
      })
      opened.on('close', (code, reason) => {
        reject(new Error(`the socket closed: ${code} ${reason}`))
        if (opened !== socket) return
        viewer.disconnected()
        ended.resolve({ reason: `the socket closed: ${code} ${reason}` })
      })
    })
  let paused = false
  // What comes before anybody listens is for who listens first.
  const early: Buffer[] = []
  let output = (piece: Buffer): void => void early.push(piece)
  const terminal: Terminal = {
    id,
    get arrived() {
      return viewer.arrived
    },
    ended: ended.promise,
    get onOutput() {
      return output
    },
    set onOutput(listener) {
      output = listener
      for (const piece of early.splice(0)) listener(piece)
    },
    get paused() {
      return paused
    },
    set paused(now) {
      paused = now
      if (now) return
      viewer.consumed(unread)
      unread = 0
      flush()
    },
    type(text) {
      viewer.input(Buffer.from(text))
      flush()
    },
    resize(size) {
      viewer.resize(size)
      flush()
    },
    async reconnect() {
      const old = socket
      const again = connect()
      viewer.disconnected()
      old.terminate()
      await again
    },
    async close() {
      await fetch(`${url}/api/pipe/${id}`, { method: 'DELETE', headers })
      socket.terminate()
    },
  }
  await connect()
  return terminal
}

/** Opens what a control opens, and looks at it. */
export const openTerminal = async (
  access: AppAccess,
  target: ControlTarget,
  control: string,
  args: Readonly<Record<string, string>> = {},
): Promise<Terminal> => {
  const { pipe } = await useControl(access, target, control, args)
  if (pipe === undefined) throw new Error(`${control} opened no pipe`)
  return viewPipe(access, pipe)
}
