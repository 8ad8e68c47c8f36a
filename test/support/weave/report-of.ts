/** A connection of a peer, as the peer or this router knows it. */
export interface KnownConnection {
  readonly to: string
  readonly address: string
  readonly outbound: boolean
  readonly established: boolean
}

/** A peer of a Weave network. */
export interface KnownPeer {
  readonly name: string
  readonly nickName: string
  readonly connections: readonly KnownConnection[]
}

/** An entry of weaveDNS: `EntryStatus` of nameserver/status.go. */
export interface DnsEntry {
  readonly Hostname: string
  readonly Origin: string
  readonly ContainerID: string
  readonly Address: string
  readonly Version: number
  readonly Tombstone: number
}

/** What a router knows. */
export interface RouterKnowledge {
  readonly name: string
  readonly nickName: string
  readonly peers: readonly KnownPeer[]
  readonly entries: readonly DnsEntry[]
  readonly dnsAddress: string
  readonly activeIps: number
  readonly range?: string
}

/**
 * The report of a router, `GET /report` with `Accept: application/json`: `WeaveStatus` of prog/weaver/http.go, `Status` of
 * github.com/weaveworks/mesh (status.go), of ipam/status.go and of nameserver/status.go, as of Weave Net 2.8. Lists that are
 * empty there are null.
 */
export const reportOf = (known: RouterKnowledge): Record<string, unknown> => {
  const nickOf = (name: string): string => known.peers.find((peer) => peer.name === name)?.nickName ?? ''
  const own = known.peers.find(({ name }) => name === known.name)
  const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list)
  return {
    Ready: true,
    Version: '2.8.1',
    VersionCheck: {
      ...{ Enabled: true, Success: true, NewVersion: '', NextCheckAt: '2026-11-27T20:03:36.122Z' },
    },
    Router: {
      ...{ Protocol: 'weave', ProtocolMinVersion: 1, ProtocolMaxVersion: 2 },
      ...{ Encryption: true, PeerDiscovery: true, Name: known.name, NickName: known.nickName, Port: 6783 },
      Peers: known.peers.map(({ name, nickName, connections }, index) => ({
        ...{ Name: name, NickName: nickName, UID: 17 + index, ShortID: 100 + index, Version: 4 },
        Connections: orNull(
          connections.map(({ to, address, outbound, established }) => ({
            ...{ Name: to, NickName: nickOf(to), Address: address },
            ...{ Outbound: outbound, Established: established },
          })),
        ),
      })),
      UnicastRoutes: [{ Dest: known.name, Via: '00:00:00:00:00:00' }],
      BroadcastRoutes: [{ Source: known.name, Via: null }],
      Connections: orNull([
        ...(own?.connections ?? []).map(({ to, address, outbound, established }) => ({
          Address: address,
          Outbound: outbound,
          State: established ? 'established' : 'pending',
          Info: `encrypted   fastdp ${to}(${nickOf(to)})`,
          Attrs: { encrypted: true, mtu: 1376, name: 'fastdp' },
        })),
        {
          Address: '10.9.9.9:6783',
          Outbound: true,
          State: 'failed',
          Info: 'dial tcp :0->10.9.9.9:6783: connect: connection refused, retry: 2026-11-27 18:10:11.5 +0000 UTC m=+25.2',
          Attrs: null,
        },
      ]),
      TerminationCount: 0,
      Targets: ['10.9.9.9'],
      OverlayDiagnostics: { fastdp: { Vports: null, Flows: null }, sleeve: null },
      TrustedSubnets: [],
      Interface: 'datapath (via ODP)',
      CaptureStats: { FlowMisses: 44 },
      MACs: null,
    },
    IPAM: {
      ...{
        Paxos: null,
        Range: known.range ?? '10.32.0.0/12',
        RangeNumIPs: 1048576,
        ActiveIPs: known.activeIps,
      },
      DefaultSubnet: '10.32.0.0/12',
      Entries: [
        {
          ...{ Token: '10.32.0.0', Size: 1048576, Peer: known.name, Nickname: known.nickName },
          ...{ IsKnownPeer: true, Version: 1 },
        },
      ],
      PendingClaims: null,
      PendingAllocates: null,
    },
    DNS: {
      Domain: 'weave.local.',
      Upstream: ['192.0.2.53'],
      Address: known.dnsAddress,
      TTL: 1,
      Entries: orNull(known.entries),
    },
    Proxy: { Addresses: ['unix:///var/run/weave/weave.sock'] },
    Plugin: { Config: { EnableV2: false }, DriverName: 'weave' },
  }
}
