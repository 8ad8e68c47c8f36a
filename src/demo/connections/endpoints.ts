import { type AddressScope, addressId } from '../../report/ids.ts'
import type { Address } from '../../report/schema.ts'
import { publishedPort } from '../nodes/container-messages.ts'
import type { Machine, Slot } from '../plan.ts'
import { isOutsider, type Link } from './links.ts'

/** The addresses of a link's connections, as each side sees them. */
export interface Endpoints {
  readonly clientAddress: Address
  /**
   * The address and port that the client connects to, and those at which a server on another host accepts. They differ
   * when the port is published.
   */
  readonly asked: Endpoint
  readonly accepted: Endpoint
}

/** An address and a port. */
export interface Endpoint {
  readonly address: Address
  readonly port: number
}

const entry = (scope: AddressScope, ip: string): Address => ({
  id: addressId(scope, ip),
  ip,
  scope: scope.kind,
})

/** An address that is unique everywhere. */
export const globalAddress = (ip: string): Address => entry({ kind: 'global' }, ip)

/** An address of a loopback interface. */
export const loopback = (machine: Machine, netns: number): Address =>
  entry({ kind: 'netns', hostId: machine.id, netns }, '127.0.0.1')

/** The address of a container on its host's bridge or, if it has none, the address of the host. */
export const bridgeAddress = ({ bridgeIp, machine }: Slot): Address =>
  bridgeIp === undefined ? globalAddress(machine.ip) : entry({ kind: 'host', hostId: machine.id }, bridgeIp)

const overlayAddress = ({ overlayIp, shop, machine }: Slot): Address =>
  overlayIp === undefined || shop === undefined
    ? globalAddress(machine.ip)
    : entry({ kind: 'network', networkId: shop.networkId }, overlayIp)

/**
 * The addresses with which the two ends of a link see each other. A client that leaves its host other than through an
 * overlay appears under the host's address.
 */
export const endpointsOf = ({ client, server, route }: Link): Endpoints => {
  const host = globalAddress(client.machine.ip)
  if (isOutsider(server)) {
    const there = { address: globalAddress(server.ip), port: server.port }
    return { clientAddress: host, asked: there, accepted: there }
  }
  const port = server.service.port ?? 0
  const direct = client.overlayIp !== undefined && server.overlayIp !== undefined
  if (route === 'published')
    return {
      clientAddress: host,
      asked: { address: globalAddress(server.machine.ip), port: publishedPort(server, port) },
      accepted: { address: bridgeAddress(server), port },
    }
  const address = direct ? overlayAddress(server) : bridgeAddress(server)
  const there = { address, port }
  return { clientAddress: direct ? overlayAddress(client) : host, asked: there, accepted: there }
}
