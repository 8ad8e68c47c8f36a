import { createServer, type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'
import { deflateRawSync } from 'node:zlib'
import { WebSocketServer } from 'ws'
import { ViewEncoder } from '../../../src/view-stream/encode.ts'
import { LARGE_FRAME_LENGTH, VIEW_PROTOCOL, type ViewFrame } from '../../../src/view-stream/frame.ts'
import { changed, type World } from './world.ts'

const VIEW_SOCKET = /^\/api\/topology\/[^/]+\/ws/
const FRAME_MS = 1000

/** An app that shows a world which this process makes. */
export interface WorldServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * Forwards everything to an app but the sockets of views: on these it sends the world, and then each second how it has changed.
 *
 * @param share how much of the numbers changes each second, from 0 to 1
 */
export const serveWorld = async (app: string, first: World, share: number): Promise<WorldServer> => {
  const open = new Set<Duplex>()
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => VIEW_PROTOCOL })
  sockets.on('connection', (socket) => {
    const encoder = new ViewEncoder()
    const send = (frame: ViewFrame | undefined) => {
      if (!frame) return
      const text = JSON.stringify(frame)
      socket.send(text.length < LARGE_FRAME_LENGTH ? text : deflateRawSync(text))
    }
    let world = first
    let second = 0
    send(encoder.whole(world))
    const timer = setInterval(() => {
      world = changed(world, second++, share)
      send(encoder.change(world))
    }, FRAME_MS)
    socket.on('close', () => clearInterval(timer))
  })

  const forward = (incoming: IncomingMessage) =>
    request(new URL(incoming.url ?? '/', app), {
      method: incoming.method ?? 'GET',
      headers: { ...incoming.headers, host: new URL(app).host, origin: app },
    })
  const server = createServer((incoming, response) => {
    const outgoing = forward(incoming)
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.on('upgrade', (incoming, near: Duplex, head) => {
    if (VIEW_SOCKET.test(incoming.url ?? '')) {
      sockets.handleUpgrade(incoming, near, head, (socket) => sockets.emit('connection', socket))
      return
    }
    const outgoing = forward(incoming)
    near.on('error', () => outgoing.destroy())
    outgoing.on('error', () => near.destroy())
    outgoing.on('response', () => near.destroy())
    outgoing.on('upgrade', (answer, far, begun) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`)
      near.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      near.write(begun)
      far.on('error', () => near.destroy()).on('close', () => near.destroy())
      near.on('close', () => far.destroy())
      far.pipe(near).pipe(far)
    })
    outgoing.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      for (const socket of open) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
