import type { Socket } from 'node:net'
import type { SocketOwners } from '../native/netlink/socket-owner.ts'
import { canonicalIp } from '../report/address/ip.ts'
import { isOwnAddress } from '../sockets/own-address.ts'

/** Why whoever holds the other end of a connection is not believed; undefined when it is. */
export type Distrust = (socket: Socket) => string | undefined

/**
 * Believes a server on this machine only when its process is root's, or of the user of this process: any user can listen at
 * the port of a Weave router while none runs. A server on another machine is believed, since only an option can name one.
 *
 * @param ownUid of this process
 */
export const onlyRoot =
  (owners: Pick<SocketOwners, 'ownerOf'>, ownUid: number | undefined): Distrust =>
  ({ remoteAddress, remotePort, localAddress, localPort }) => {
    if (remoteAddress === undefined || remotePort === undefined) return CLOSED
    if (localAddress === undefined || localPort === undefined) return CLOSED
    if (!isOwnAddress(canonicalIp(remoteAddress) ?? remoteAddress)) return undefined
    const owner = owners.ownerOf({
      own: { address: remoteAddress, port: remotePort },
      other: { address: localAddress, port: localPort },
    })
    if ('why' in owner) return `the kernel does not say whose it is: ${owner.why}`
    const { uid } = owner
    return uid === 0 || uid === ownUid ? undefined : `it belongs to the user with the id ${uid}, not to root`
  }

const CLOSED = 'it has closed the connection'
