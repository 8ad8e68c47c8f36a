import { type HubRules, hubsAmong } from '../../domain/graph/hubs.ts'
import type { Edges } from '../protocol.ts'
import { coreOf } from './core.ts'

/** By what {@link ranks} decides. */
export interface RankRules extends HubRules {
  /** The most ranks there are. */
  readonly ranksMost: number
}

/**
 * Gives each node a rank from 0, clients lower than servers: the longest way to it over edges, with the nodes of a cycle taken as one.
 * Trees that hang on the rest (see {@link coreOf}) do not decide its ranks: their nodes have the ranks beside those that they hang on.
 * Hubs (a monitor that asks everybody) do not decide the ranks of others; they stand beside the middle of those that they talk to. A
 * client that few call is put just before the nearest of its servers. When there would be more than `ranksMost`, neighbouring ranks
 * are merged.
 *
 * @param size number of nodes
 * @param edges client and server by index
 */
export function ranks(size: number, edges: Edges, rules: RankRules): Int32Array {
  const hubs = hubsAmong(size, edges, rules)
  const between = edges.filter(([from, to]) => from !== to && !hubs.has(from) && !hubs.has(to))
  const { inner, hanging } = coreOf(size, between)
  const isInner = new Set(inner)
  const deciding = between.filter(([from, to]) => isInner.has(from) && isInner.has(to))
  const { count, cycleOf } = condensed(size, deciding)
  const outward: Set<number>[] = Array.from({ length: count }, () => new Set())
  const inward: Set<number>[] = Array.from({ length: count }, () => new Set())
  for (const [from, to] of deciding) {
    const a = cycleOf[from] ?? 0
    const b = cycleOf[to] ?? 0
    if (a === b) continue
    outward[a]?.add(b)
    inward[b]?.add(a)
  }
  const rank = new Int32Array(count)
  // Cycles are numbered servers first.
  for (let cycle = count - 1; cycle >= 0; cycle--) {
    for (const to of outward[cycle] ?? []) rank[to] = Math.max(rank[to] ?? 0, (rank[cycle] ?? 0) + 1)
  }
  for (let cycle = 0; cycle < count; cycle++) {
    const ahead = [...(outward[cycle] ?? [])].map((to) => rank[to] ?? 0)
    if (ahead.length > (inward[cycle]?.size ?? 0)) rank[cycle] = Math.min(...ahead) - 1
  }
  const result = Int32Array.from({ length: size }, (_, node) => rank[cycleOf[node] ?? 0] ?? 0)
  const pairs = new Set(between.map(([from, to]) => from * size + to))
  for (const { node, on } of hanging) {
    const step = Number(pairs.has(on * size + node)) - Number(pairs.has(node * size + on))
    result[node] = (result[on] ?? 0) + step
  }
  for (const hub of hubs) result[hub] = rankOfHub(hub, edges, hubs, result)
  return merged(result, rules.ranksMost)
}

function rankOfHub(hub: number, edges: Edges, hubs: ReadonlySet<number>, rank: Int32Array): number {
  const servers = edges.flatMap(([from, to]) => (from === hub && !hubs.has(to) ? [rank[to] ?? 0] : []))
  const clients = edges.flatMap(([from, to]) => (to === hub && !hubs.has(from) ? [rank[from] ?? 0] : []))
  const mean = (values: readonly number[]) =>
    values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length)
  if (servers.length >= clients.length) return Math.max(0, Math.floor(mean(servers)) - 1)
  return Math.ceil(mean(clients)) + 1
}

/** Renumbers the ranks from 0 without gaps, and merges neighbouring ones until there are at most `most`. */
function merged(rank: Int32Array, most: number): Int32Array {
  const levels = [...new Set(rank)].sort((a, b) => a - b)
  const factor = Math.min(1, (most - 1) / Math.max(1, levels.length - 1))
  const numbers = new Map(levels.map((level, at) => [level, Math.round(at * factor)]))
  return rank.map((one) => numbers.get(one) ?? 0)
}

/**
 * The strongly connected components, found by Tarjan's algorithm: a component is numbered after all that can be reached from it.
 */
function condensed(size: number, edges: Edges): { readonly count: number; readonly cycleOf: Int32Array } {
  const out: number[][] = Array.from({ length: size }, () => [])
  for (const [from, to] of edges) out[from]?.push(to)
  const cycleOf = new Int32Array(size).fill(-1)
  const number = new Int32Array(size).fill(-1)
  const lowest = new Int32Array(size)
  const open: number[] = []
  let visited = 0
  let count = 0
  for (let start = 0; start < size; start++) {
    if (number[start] !== -1) continue
    // Its own stack instead of recursion, which a long chain of nodes would exhaust.
    const path: { readonly node: number; next: number }[] = [{ node: start, next: 0 }]
    while (path.length > 0) {
      const step = path.at(-1) as { readonly node: number; next: number }
      const { node } = step
      if (step.next === 0) {
        number[node] = visited
        lowest[node] = visited++
        open.push(node)
      }
      const to = out[node]?.[step.next++]
      if (to !== undefined) {
        if (number[to] === -1) path.push({ node: to, next: 0 })
        else if (cycleOf[to] === -1) lowest[node] = Math.min(lowest[node] ?? 0, number[to] ?? 0)
        continue
      }
      path.pop()
      const above = path.at(-1)?.node
      if (above !== undefined) lowest[above] = Math.min(lowest[above] ?? 0, lowest[node] ?? 0)
      if (lowest[node] !== number[node]) continue
      let member: number | undefined
      do {
        member = open.pop()
        if (member !== undefined) cycleOf[member] = count
      } while (member !== node)
      count++
    }
  }
  return { count, cycleOf }
}
