import type { KnownPeer } from './report-of.ts'

/** Names of the peers of {@link threePeers}. The first is that of the router of `startWeaveRouter`. */
export const peerNames = {
  one: '7a:c4:8b:a1:e6:ad',
  two: 'ce:31:e0:06:45:1a',
  three: '6e:fb:f2:2d:c9:3c',
} as const

const { one, two, three } = peerNames

/** `one` has opened a connection to `two`, `two` has one to `three` under way, and `three` to `one`. */
export const threePeers: readonly KnownPeer[] = [
  {
    name: one,
    nickName: 'one',
    connections: [
      { to: two, address: '192.168.0.12:6783', outbound: true, established: true },
      { to: three, address: '192.168.0.13:41234', outbound: false, established: true },
    ],
  },
  {
    name: two,
    nickName: 'two.example',
    connections: [
      { to: one, address: '192.168.0.11:37001', outbound: false, established: true },
      { to: three, address: '192.168.0.13:6783', outbound: true, established: false },
    ],
  },
  {
    name: three,
    nickName: 'three',
    connections: [{ to: one, address: '192.168.0.11:6783', outbound: true, established: true }],
  },
]
