import { facts } from '../../../../report/facts.ts'
import type { ReportNode } from '../../../../report/schema.ts'
import { readLink, readPeer } from '../../../../report/weave/router-facts.ts'
import { otherPeerSummary, ownPeerSummary, weavePeerId } from '../../../nodes/weave/peer-summary.ts'
import type { ReportIndex } from '../../../reports/index/report-index.ts'
import { setFact, textFact } from '../../../reports/node-facts.ts'
import type { PlacedNode, Placement, ViewDefinition, ViewLink } from '../../placing/placement.ts'

const linksOf = (host: ReportNode): ViewLink[] =>
  setFact(host, facts.weaveLinks).flatMap((text) => {
    const link = readLink(text)
    if (link === undefined || link.from === link.to) return []
    const { from, to, isEstablished: isOpen, since } = link
    return [{ source: weavePeerId(from), target: weavePeerId(to), isOpen, sinceMs: Date.parse(since) }]
  })

/**
 * The peers that one report tells of. Of others, only a verified probe is heard: an unverified one speaks for its own host, and
 * for the connections that its router has opened.
 */
const place = (index: ReportIndex): Placement => {
  const host = index.nodes.get(index.hostNode)
  const name = host && textFact(host, facts.weavePeerName)
  if (host === undefined || name === undefined)
    return { nodes: new Map(), hidden: 0, nodeOf: () => undefined }
  const own = weavePeerId(name)
  const nodes = new Map<string, PlacedNode>([
    [own, { summary: ownPeerSummary(index, host, name), standing: index.verified ? 2 : 1 }],
  ])
  if (index.verified)
    for (const peer of setFact(host, facts.weavePeers).flatMap((text) => readPeer(text) ?? [])) {
      const id = weavePeerId(peer.name)
      if (!nodes.has(id)) nodes.set(id, { summary: otherPeerSummary(peer) })
    }
  const links = linksOf(host).filter(({ source }) => index.verified || source === own)
  return { nodes, hidden: 0, nodeOf: () => undefined, links: { own, all: links } }
}

/** One node for each router of a Weave network. The edges are connections between routers, as they tell them themselves. */
export const weaveNet: ViewDefinition = {
  id: 'weave',
  name: 'Weave Net',
  rank: 0,
  parent: 'hosts',
  hideIfEmpty: true,
  options: [],
  place,
  placesOwners: [],
  selfEdges: false,
  dropsUnconnected: () => false,
  children: [],
}
