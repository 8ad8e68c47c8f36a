import type { NodeSummary } from '../../../../src/api/types.ts'
import type { UndatedEdge } from '../../../../src/topology/view/view-edge.ts'
import type { Facts } from './facts.ts'
import type { End, TrueFlow } from './flows.ts'
import type { TrueMap } from './maps.ts'

/** A view as an app shows it. */
export interface ShownMap {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, UndatedEdge>
}

const counters = ['open', 'opened', 'failed'] as const
type Counter = (typeof counters)[number]

/** Edges whose sum is known: usually one. Connections of which nobody can tell where they end are on any of them. */
interface Bundle {
  readonly least: Record<Counter, number>
  readonly most: Record<Counter, number>
  /** Ports by the edge, with whether a flow that is certainly on it leads there. */
  readonly ports: Map<string, Map<number, boolean>>
  /** Edges that there must be. */
  readonly certain: Set<string>
  isGuess: boolean
}

/** More addresses of a network without a probe are shown as that network. */
const FOLDED_ABOVE = 20

const foldedOf = (id: string): string => id.replace(/\.\d+$/, '.0/24')

const separator = ' → '

const newBundle = (): Bundle => ({
  least: { open: 0, opened: 0, failed: 0 },
  most: { open: 0, opened: 0, failed: 0 },
  ports: new Map(),
  certain: new Set(),
  isGuess: false,
})

/** Joins the bundles that have an edge in common. */
const mergeBundles = (from: Bundle, into: Bundle): void => {
  for (const counter of counters) {
    into.least[counter] += from.least[counter]
    into.most[counter] += from.most[counter]
  }
  for (const [edge, ports] of from.ports) into.ports.set(edge, ports)
  for (const edge of from.certain) into.certain.add(edge)
  into.isGuess ||= from.isGuess
}

/** What edges a view has to have. */
interface TrueEdges {
  readonly bundles: ReadonlyMap<string, Bundle>
  /** Nodes at which flows end that are certainly shown. */
  readonly connected: ReadonlySet<string>
  /** Nodes at which any flow may end. */
  readonly mayBeConnected: ReadonlySet<string>
}

const trueEdges = (map: TrueMap, flows: readonly TrueFlow[]): TrueEdges => {
  const byEdge = new Map<string, Bundle>()
  const connected = new Set<string>()
  const mayBeConnected = new Set<string>()
  const ids = placesOf(map, flows)
  for (const flow of flows) {
    const sources = flow.sources.map((end) => ids(end))
    const targets = flow.targets.map((end) => ({ ids: ids(end), port: end.port }))
    const pairs = new Map<string, number>()
    let isHidden = false
    for (const from of sources)
      for (const to of targets) {
        if (from.length === 0 || to.ids.length === 0) isHidden = true
        for (const source of from)
          for (const target of to.ids)
            if (source === target && (!map.showsLoops || isPseudo(source))) isHidden = true
            else {
              pairs.set(`${source}${separator}${target}`, to.port)
              mayBeConnected.add(source)
              mayBeConnected.add(target)
            }
      }
    const [first, ...others] = pairs.keys()
    if (first === undefined) continue
    const isCertain = !isHidden && !flow.mayBeLeftOut
    const bundle = byEdge.get(first) ?? newBundle()
    for (const counter of counters) {
      bundle.most[counter] += flow[counter]
      if (isCertain) bundle.least[counter] += flow[counter]
    }
    if (isCertain && others.length === 0) {
      bundle.certain.add(first)
      for (const id of first.split(separator)) connected.add(id)
    }
    if (flow.isAmbiguous) bundle.isGuess = true
    byEdge.set(first, bundle)
    for (const edge of others) {
      const other = byEdge.get(edge)
      if (other === bundle) continue
      if (other !== undefined) {
        mergeBundles(other, bundle)
        for (const [id, its] of byEdge) if (its === other) byEdge.set(id, bundle)
      }
      byEdge.set(edge, bundle)
    }
    for (const [edge, port] of pairs) {
      const ports = bundle.ports.get(edge) ?? new Map<number, boolean>()
      ports.set(port, ports.get(port) || (isCertain && others.length === 0))
      bundle.ports.set(edge, ports)
    }
  }
  return { bundles: byEdge, connected, mayBeConnected }
}

/** Ids of the nodes that may stand for an end. Many addresses of one network without a probe may be shown as that. */
const placesOf = (map: TrueMap, flows: readonly TrueFlow[]): ((end: End) => readonly string[]) => {
  const addresses = new Map<string, Set<string>>()
  const isUnheld = (end: End): end is Extract<End, { kind: 'address' }> =>
    end.kind === 'address' && end.holder === undefined
  for (const { sources, targets } of flows)
    for (const end of [...sources, ...targets]) {
      if (!isUnheld(end)) continue
      const others = addresses.get(foldedOf(end.id))
      if (others) others.add(end.id)
      else addresses.set(foldedOf(end.id), new Set([end.id]))
    }
  return (end) => {
    const id = map.placeOf(end)
    if (id === undefined) return []
    const network = foldedOf(isUnheld(end) ? end.id : '')
    return (addresses.get(network)?.size ?? 0) > FOLDED_ABOVE ? [id, `pseudo:prefix:${network}`] : [id]
  }
}

/** A fact as it is shown. */
const shownFact = (node: NodeSummary, name: string): string | undefined => {
  if (name === 'trouble')
    return (
      node.trouble &&
      `of ${node.trouble.of}: ${node.trouble.states.map(({ count, state }) => `${count} ${state}`).join(', ')}`
    )
  if (name.startsWith('parent '))
    return node.parents?.find(({ topologyId }) => name === `parent ${topologyId}`)?.id
  if (name === 'label' || name === 'labelMinor' || name === 'shape' || name === 'state' || name === 'partOf')
    return node[name]
  return node.metadata?.find(({ id }) => id === name)?.value
}

const untrueOf = (node: NodeSummary, facts: Facts): string[] =>
  Object.entries(facts).flatMap(([name, right]) => {
    const told = shownFact(node, name)
    return told === right ? [] : [`says of ${node.id} that its ${name} is ${told}, which is ${right}`]
  })

/** Whether a node stands for what is not watched: an address, the Internet, or what is on a host besides what the view shows. */
const isPseudo = (id: string): boolean => /^(pseudo:|service-|(in|out)-theinternet$)/.test(id)

/** What a view shows that is not so, and what it does not show, in words. */
export const untrue = (shown: ShownMap, map: TrueMap, flows: readonly TrueFlow[]): readonly string[] => {
  const { bundles, connected, mayBeConnected } = trueEdges(map, flows)
  const found: string[] = []
  for (const node of shown.nodes.values()) {
    const facts = map.nodes.get(node.id)
    const isConnected = mayBeConnected.has(node.id)
    if (facts === undefined && !(isPseudo(node.id) && isConnected))
      found.push(`shows ${node.id}, which is not there`)
    else if ((!map.showsUnconnected || isPseudo(node.id)) && !isConnected)
      found.push(`shows ${node.id}, which is not connected`)
    else if (facts !== undefined) found.push(...untrueOf(node, facts))
  }
  const unconnected = map.showsUnconnected ? [...map.nodes.keys()].filter((id) => !isPseudo(id)) : []
  const wanted = new Set([...unconnected, ...connected])
  for (const id of wanted) if (!shown.nodes.has(id)) found.push(`does not show ${id}`)

  const told = new Map<Bundle, Record<Counter, number>>()
  const edges = new Map<string, UndatedEdge>()
  for (const edge of shown.edges.values()) {
    const id = `${edge.source}${separator}${edge.target}`
    const bundle = bundles.get(id)
    if (edges.has(id)) found.push(`shows ${id} twice`)
    edges.set(id, edge)
    if (bundle === undefined) {
      found.push(`shows ${id}, who are not connected`)
      continue
    }
    const ports = bundle.ports.get(id)
    const strange = edge.ports.filter((port) => !ports?.has(port))
    if (strange.length > 0) found.push(`says of ${id} that it leads to the ports ${strange}`)
    const missing = [...(ports ?? [])].filter(([port, isCertain]) => isCertain && !edge.ports.includes(port))
    if (missing.length > 0 && edge.portsTotal === edge.ports.length)
      found.push(`does not say of ${id} that it leads to the ports ${missing.map(([port]) => port)}`)
    if (edge.estimated && !bundle.isGuess) found.push(`says of ${id} that it is estimated, which is known`)
    const sum = told.get(bundle) ?? { open: 0, opened: 0, failed: 0 }
    for (const counter of counters) sum[counter] += edge[counter]
    told.set(bundle, sum)
  }
  for (const bundle of new Set(bundles.values())) {
    const name = [...bundle.ports.keys()].join(' or ')
    const sum = told.get(bundle) ?? { open: 0, opened: 0, failed: 0 }
    for (const id of bundle.certain) if (!edges.has(id)) found.push(`does not show ${id}`)
    for (const counter of counters) {
      const [least, most] = [bundle.least[counter], bundle.most[counter]]
      if (sum[counter] < least || sum[counter] > most)
        found.push(
          `says of ${name} that ${sum[counter]} are ${counter}, which is ${least === most ? least : `${least} to ${most}`}`,
        )
    }
  }
  return found
}
