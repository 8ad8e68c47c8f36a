import { facts } from '../../report/facts.ts'
import type { Fact } from '../../report/schema.ts'
import { connectionText, linkText, peerText, type WeaveLink } from '../../report/weave/router-facts.ts'
import type { RouterReport } from './router-report.ts'

const onOff = (isOn: boolean): string => (isOn ? 'enabled' : 'disabled')

/** `1..2`, or `2` where both are alike. */
const protocolText = ({
  ProtocolMinVersion: min,
  ProtocolMaxVersion: max,
}: RouterReport['Router']): string => (min === max ? String(max) : `${min}..${max}`)

/** How the allocator of addresses is, in the words of Weave Net (`statusTemplate` of prog/weaver/http.go). */
export const ipamStatus = (ipam: NonNullable<RouterReport['IPAM']>): string => {
  const { Entries, PendingAllocates, Paxos } = ipam
  if (Entries.length > 0) {
    if (!Entries.some(({ Size, IsKnownPeer }) => Size > 0 && IsKnownPeer))
      return 'all ranges owned by unreachable peers'
    return PendingAllocates.length > 0 ? 'waiting for grant' : 'ready'
  }
  if (!Paxos) return 'idle'
  return Paxos.Elector
    ? `awaiting consensus (quorum: ${Paxos.Quorum}, known: ${Paxos.KnownNodes})`
    : 'priming'
}

/** Without the time of the next attempt, which would be another with each. */
const steady = (info: string): string => info.replace(/, retry: .*$/s, '')

/** Facts of the host that a router runs on. */
export const weaveHostFacts = (report: RouterReport, links: readonly WeaveLink[]): Record<string, Fact> => {
  const { Router, IPAM, DNS, Proxy: proxy, Plugin } = report
  const own = Router.Peers.find(({ Name }) => Name === Router.Name)
  return {
    [facts.weavePeerName]: Router.Name,
    [facts.weavePeerNickName]: Router.NickName || (own?.NickName ?? ''),
    [facts.weaveVersion]: report.Version,
    [facts.weaveProtocol]: protocolText(Router),
    [facts.weaveEncryption]: onOff(Router.Encryption),
    [facts.weavePeerDiscovery]: onOff(Router.PeerDiscovery),
    [facts.weaveTargetCount]: Router.Targets.length,
    [facts.weaveConnectionCount]: Router.Connections.length,
    [facts.weavePeerCount]: Router.Peers.length,
    [facts.weaveTrustedSubnets]: Router.TrustedSubnets,
    ...(IPAM && {
      [facts.weaveIpamStatus]: ipamStatus(IPAM),
      [facts.weaveIpamRange]: IPAM.Range,
      [facts.weaveIpamDefaultSubnet]: IPAM.DefaultSubnet,
    }),
    ...(DNS && {
      [facts.weaveDnsDomain]: DNS.Domain,
      [facts.weaveDnsUpstream]: DNS.Upstream,
      [facts.weaveDnsTtl]: DNS.TTL,
      [facts.weaveDnsEntryCount]: DNS.Entries.filter(({ Tombstone }) => Tombstone === 0).length,
    }),
    [facts.weaveProxyStatus]: proxy ? 'running' : 'not running',
    ...(proxy && { [facts.weaveProxyAddress]: proxy.Addresses }),
    [facts.weavePluginStatus]: Plugin ? 'running' : 'not running',
    ...(Plugin?.DriverName && { [facts.weavePluginDriver]: Plugin.DriverName }),
    [facts.weavePeers]: Router.Peers.map(({ Name, NickName }) =>
      peerText({ name: Name, nickName: NickName }),
    ),
    [facts.weaveLinks]: links.map(linkText),
    [facts.weaveConnections]: Router.Connections.map(({ Address, Outbound, State, Info }) =>
      connectionText({ address: Address, isOutbound: Outbound, state: State, info: steady(Info) }),
    ),
  }
}
