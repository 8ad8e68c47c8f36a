import type { Server, Socket } from 'node:net'

/** The first byte of a TLS connection: a record of the handshake. */
const TLS_HANDSHAKE = 0x16

/** What {@link splitByFirstByte} needs. */
export interface FirstByteOptions {
  /** A connection that has sent nothing for this long is closed. */
  readonly waitMs: number
  /** Takes connections that begin with anything but TLS. */
  readonly others: (socket: Socket) => void
}

/**
 * Looks at the first byte of each connection to a TLS server. Those that begin with TLS go on to the server, with
 * nothing lost; others are handed over instead. Call it before adding listeners of `connection`, since the server's own
 * is put behind it.
 */
export const splitByFirstByte = (server: Server, { waitMs, others }: FirstByteOptions): void => {
  // A TLS server begins the handshake in its listener of this event, which others may emit, too (see its documentation).
  const begin = server.listeners('connection')
  server.removeAllListeners('connection')

  server.on('connection', (socket: Socket) => {
    const drop = (): void => void socket.destroy()
    socket.on('error', drop)
    socket.setTimeout(waitMs, drop)
    socket.once('end', drop)
    socket.once('data', (chunk) => {
      socket.setTimeout(0, drop)
      socket.off('end', drop)
      socket.pause()
      socket.unshift(chunk)
      if (chunk[0] === TLS_HANDSHAKE) for (const listener of begin) listener.call(server, socket)
      else others(socket)
    })
  })
}
