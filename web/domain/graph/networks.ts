import type { NodeSummary } from '../../../src/api/types.ts'
import { unitHash } from '../hash.ts'
import type { Focus } from '../node/neighbours.ts'
import { groupColours } from '../node/node-look.ts'
import type { Graph } from './graph.ts'

type Options = Readonly<Record<string, string>>

/** Name of the option that shows networks; with it, closed groups tell those of their containers, too. */
export const networksOption = 'networks'

/** Ways to draw a bar: full, as an outline, as two halves. */
const patterns = 3

/** How many kinds of bars can be told apart. */
const looks = groupColours * patterns

/** What the bar of a network looks like: index of its group colour, and how it is drawn. */
export interface BarLook {
  readonly colour: number
  /** 0 = full, 1 = an outline, 2 = two halves. */
  readonly pattern: number
}

/** The bars under a node: one for each of its networks, of many only the first. */
export interface NetworkBars {
  readonly looks: readonly BarLook[]
  /** How many networks have no bar. */
  readonly more: number
}

/** The most bars under a node. */
const barsMost = 4

/** A network, and how many nodes of the map are in it. */
export interface Network {
  readonly name: string
  readonly look: BarLook
  readonly nodes: number
}

/** Whether the options show networks. */
export function showsNetworks(options: Options): boolean {
  return options[networksOption] === 'show'
}

/** The options with networks shown, or not. */
export function toggledNetworks(options: Options): Options {
  const { [networksOption]: shown, ...rest } = options
  return shown === 'show' ? rest : { ...rest, [networksOption]: 'show' }
}

/** The options without networks, which change nothing of what is found in views. */
export function withoutNetworks({ [networksOption]: _, ...rest }: Options): Options {
  return rest
}

/** The networks of a node as one text, in the order of their bars. */
function networksText({ metadata }: NodeSummary): string | undefined {
  return metadata?.find(({ id }) => id === 'docker_container_networks')?.value
}

/** The names of a node's networks. */
export function networksOf(node: NodeSummary): readonly string[] {
  return networksText(node)?.split(', ') ?? []
}

/** Whether some node is in a network, or stands for containers, which tell their networks only when they are asked. */
export function hasNetworks(nodes: Iterable<NodeSummary>): boolean {
  for (const { stack, metadata = [] } of nodes)
    for (const { id } of metadata)
      if (id === 'docker_container_networks' || (stack && id === 'container')) return true
  return false
}

/** The networks of a map, by name, each with a look of its own as long as there are enough. */
export function networksIn(nodes: Iterable<NodeSummary>): readonly Network[] {
  const counts = new Map<string, number>()
  for (const node of nodes) for (const name of networksOf(node)) counts.set(name, (counts.get(name) ?? 0) + 1)
  const names = [...counts.keys()].sort((a, b) => (a < b ? -1 : 1))
  const chosen = barLooks(names)
  return names.map((name) => ({ name, look: chosen.get(name) ?? lookAt(0), nodes: counts.get(name) ?? 0 }))
}

/**
 * A look for each network. It depends on its name, so that it is the same in every load and mostly stays when others come and go; where
 * two names would look the same, the later one takes the next look that is free. Colours differ before patterns do.
 *
 * @param names each once, sorted
 */
export function barLooks(names: readonly string[]): ReadonlyMap<string, BarLook> {
  const chosen = new Map<string, BarLook>()
  let taken = new Set<number>()
  for (const name of names) {
    if (taken.size === looks) taken = new Set()
    const first = Math.floor(unitHash(name) * groupColours)
    const index = Array.from({ length: looks }, (_, i) => {
      const pattern = Math.floor(i / groupColours)
      return pattern * groupColours + ((first + i) % groupColours)
    }).find((one) => !taken.has(one))
    taken.add(index ?? first)
    chosen.set(name, lookAt(index ?? first))
  }
  return chosen
}

function lookAt(index: number): BarLook {
  return { colour: index % groupColours, pattern: Math.floor(index / groupColours) }
}

/** Finds the bars of nodes. Nodes with the same networks get the same object. */
export function createBars(networks: readonly Network[]): (node: NodeSummary) => NetworkBars | undefined {
  const byName = new Map(networks.map(({ name, look }) => [name, look]))
  const known = new Map<string, NetworkBars>()
  return (node) => {
    const text = networksText(node)
    if (text === undefined) return undefined
    const held = known.get(text)
    if (held) return held
    const all = networksOf(node).flatMap((name) => byName.get(name) ?? [])
    const bars = { looks: all.slice(0, barsMost), more: Math.max(0, all.length - barsMost) }
    known.set(text, bars)
    return bars
  }
}

/** The nodes that are in a network, and the edges between them; undefined when there are none. */
export function membersOf(name: string, graph: Graph): Focus | undefined {
  const nodes = new Set<string>()
  for (const node of graph.nodes.values()) if (networksOf(node).includes(name)) nodes.add(node.id)
  if (nodes.size === 0) return undefined
  const edges = new Set<string>()
  for (const { id, source, target } of graph.edges.values())
    if (nodes.has(source) && nodes.has(target)) edges.add(id)
  return { nodes, edges }
}
