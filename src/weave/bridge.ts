import { networkInterfaces } from 'node:os'

/** The bridge of Weave Net (`WeaveBridgeName` of net/bridge.go). */
const BRIDGE = 'weave'

/** The IPv4 addresses that this machine has in its Weave network. */
export const bridgeAddresses = (): string[] =>
  (networkInterfaces()[BRIDGE] ?? []).flatMap(({ family, address }) => (family === 'IPv4' ? [address] : []))
