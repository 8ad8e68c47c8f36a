import type { MetadataRow, NodeSummary } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import type { WeavePeer } from '../../../report/weave/router-facts.ts'
import type { ReportIndex } from '../../reports/index/report-index.ts'
import { textFact } from '../../reports/node-facts.ts'
import { type MetadataTemplate, metadataRows } from '../rows/metadata-rows.ts'
import { hostLinks } from '../rows/parent-links.ts'
import { unverifiedSummary } from '../unverified-summary.ts'
import { peerTables } from './peer-tables.ts'

/** The id of a peer of a Weave network: `#7a:c4:8b:a1:e6:ad`. */
export const weavePeerId = (name: string): string => `#${name}`

const rows: readonly MetadataTemplate[] = [
  { id: facts.weaveVersion, label: 'Version', priority: 1 },
  { id: facts.weaveProtocol, label: 'Protocol', priority: 2 },
  { id: facts.weavePeerName, label: 'Name', priority: 3, dataType: 'code' },
  { id: facts.weaveEncryption, label: 'Encryption', priority: 4 },
  { id: facts.weavePeerDiscovery, label: 'Peer discovery', priority: 5 },
  { id: facts.weaveTargetCount, label: 'Targets', priority: 6, dataType: 'number' },
  { id: facts.weavePeerCount, label: 'Peers', priority: 7, dataType: 'number' },
  { id: facts.weaveConnectionCount, label: 'Connections', priority: 8, dataType: 'number' },
  { id: facts.weaveTrustedSubnets, label: 'Trusted subnets', priority: 9, dataType: 'ip' },
]

const UNWATCHED: MetadataRow = {
  id: 'watched',
  label: 'Watched',
  value: 'no: no probe runs on its host, other routers tell of it',
  priority: 0,
}

const peerOnly = ({ name, nickName }: WeavePeer): Omit<NodeSummary, 'metadata'> => ({
  id: weavePeerId(name),
  label: nickName || name,
  labelMinor: nickName ? name : '',
  rank: 'weave',
  shape: 'circle',
})

/** The router of a host that a probe watches. */
export const ownPeerSummary = (index: ReportIndex, host: ReportNode, name: string): NodeSummary => {
  const summary: NodeSummary = {
    ...peerOnly({ name, nickName: textFact(host, facts.weavePeerNickName) ?? '' }),
    metadata: metadataRows(host, rows),
    parents: hostLinks(index, host),
    tables: peerTables(host),
  }
  return index.verified ? summary : unverifiedSummary(summary)
}

/** A router of which only others tell: no probe watches its host. */
export const otherPeerSummary = (peer: WeavePeer): NodeSummary => ({
  ...peerOnly(peer),
  pseudo: true,
  metadata: [
    UNWATCHED,
    { id: facts.weavePeerName, label: 'Name', value: peer.name, priority: 3, dataType: 'code' },
  ],
})
