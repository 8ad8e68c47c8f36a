import { deflateRawSync } from 'node:zlib'
import { WebSocketServer } from 'ws'
import { ViewEncoder } from '../../../src/view-stream/encode.ts'
import { LARGE_FRAME_LENGTH, VIEW_PROTOCOL, type ViewFrame } from '../../../src/view-stream/frame.ts'
import { type ReverseProxy, startReverseProxy } from '../../../test/support/scope/reverse-proxy.ts'
import { changed, type World } from './world.ts'

const VIEW_SOCKET = /^\/api\/topology\/[^/]+\/ws/
const FRAME_MS = 1000

/**
 * Forwards everything to an app but the sockets of views: on these it sends the world, and then each second how it has changed.
 *
 * @param share how much of the numbers changes each second, from 0 to 1
 */
export const serveWorld = async (app: string, first: World, share: number): Promise<ReverseProxy> => {
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

  const proxy = await startReverseProxy(app, {
    headers: { host: new URL(app).host, origin: app },
    answerUpgrade(incoming, near, head) {
      if (!VIEW_SOCKET.test(incoming.url ?? '')) return false
      sockets.handleUpgrade(incoming, near, head, (socket) => sockets.emit('connection', socket))
      return true
    },
  })
  return {
    url: proxy.url,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      await proxy.close()
    },
  }
}
