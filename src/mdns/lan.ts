import type { NetworkInterfaceInfo } from 'node:os'
import { isDockerBridge } from '../report/address/docker-bridge.ts'

/** An IPv4 address of this machine on a network that others may be on. */
export interface LanAddress {
  readonly address: string
  readonly netmask: string
}

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** The addresses by which this machine is on local networks: not loopback, and not the bridges that Docker has made. */
export const lanAddresses = (interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): LanAddress[] =>
  Object.entries(interfaces)
    .filter(([name]) => !isDockerBridge(name))
    .flatMap(([, infos]) => infos ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address, netmask }) => ({ address, netmask }))

/** Whether an IPv4 address is a neighbour's: on one of the networks, and not this machine's own. */
export const isNeighbour = (address: string, own: readonly LanAddress[]): boolean =>
  own.every((one) => one.address !== address) &&
  own.some(({ address: mine, netmask }) => {
    const sizeOfNetwork = 2 ** 32 - numberOf(netmask)
    return Math.floor(numberOf(mine) / sizeOfNetwork) === Math.floor(numberOf(address) / sizeOfNetwork)
  })
