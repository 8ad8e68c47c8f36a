import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { Link } from '../../src/channel/link.ts'
import { createOpener, createSealer } from '../../src/report/proof/frame-seal.ts'

/** One end of a channel. */
export interface LinkedEnd {
  readonly socket: WebSocket
  readonly link: Link
  /** What it threw when it took a frame. */
  readonly errors: unknown[]
}

/** Both ends of a channel over a real WebSocket, sealed: that of the app, which is the server, and that of the probe. */
export interface LinkedSockets {
  readonly app: LinkedEnd
  readonly probe: LinkedEnd
  close(): Promise<void>
}

export const linkSockets = async (): Promise<LinkedSockets> => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  const dialled = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    generateMask: () => {},
    perMessageDeflate: false,
  })
  const [[accepted]] = (await Promise.all([once(server, 'connection'), once(dialled, 'open')])) as [
    [WebSocket],
    unknown,
  ]
  const keys = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const
  const endOf = (socket: WebSocket, sealKey: Buffer, openKey: Buffer): LinkedEnd => {
    const errors: unknown[] = []
    const link = new Link({
      socket,
      seal: createSealer(sealKey),
      unseal: createOpener(openKey),
      take: () => false,
    })
    socket.on('message', (data) => {
      try {
        link.receive(data as Buffer)
      } catch (error) {
        errors.push(error)
        socket.terminate()
      }
    })
    socket.on('close', () => link.streams.close('the channel has closed'))
    return { socket, link, errors }
  }
  const app = endOf(accepted, keys[0], keys[1])
  const probe = endOf(dialled, keys[1], keys[0])
  return {
    app,
    probe,
    async close() {
      app.socket.terminate()
      probe.socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
