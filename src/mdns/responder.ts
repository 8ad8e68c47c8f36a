import { createSocket } from 'node:dgram'
import type { EventEmitter } from 'node:events'
import { Bonjour } from 'bonjour-service'

const PORT = 5353

/** Options of multicast-dns, which bonjour-service hands on to it and has no types for. */
interface MulticastOptions {
  readonly interface: string
  readonly bind: string
  readonly port: number
  readonly socket: unknown
}

type NewBonjour = new (options: MulticastOptions, onError: (error: Error) => void) => Bonjour

/**
 * Multicast DNS on the network of one of this machine's addresses. Whatever fails is told and goes no further: without a route
 * for multicast, sending fails with EHOSTUNREACH; a packet may be anything; and the port may be closed to this process. By
 * themselves the packages would throw such errors where nobody can catch them.
 *
 * @param address IPv4 address of the interface
 */
export const createResponder = (address: string, onError: (error: Error) => void): Bonjour => {
  const options = { interface: address, bind: '0.0.0.0', port: PORT, socket: guardedSocket(onError) }
  const bonjour = new (Bonjour as unknown as NewBonjour)(options, onError)
  const { mdns } = (bonjour as unknown as { server: { mdns: EventEmitter } }).server
  mdns.on('error', onError)
  mdns.on('warning', onError)
  return bonjour
}

/** A UDP socket that tells errors of sending, and of those who listen to it. */
const guardedSocket = (onError: (error: Error) => void) => {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  const [send, emit] = [socket.send, socket.emit] as unknown as ((...args: unknown[]) => boolean)[]
  return Object.assign(socket, {
    send: (...args: unknown[]): void => {
      const done = args.pop() as (error: Error | null) => void
      send?.call(socket, ...args, (error: Error | null) => {
        if (error) onError(error)
        done(error)
      })
    },
    emit: (...args: unknown[]): boolean => {
      try {
        return emit?.apply(socket, args) ?? false
      } catch (error) {
        onError(error as Error)
        return true
      }
    },
  })
}
