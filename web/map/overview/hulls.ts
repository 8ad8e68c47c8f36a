import { colourOfName } from '../../domain/node/node-look.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { Hull, SceneNode } from '../../draw/scene.ts'

/** See `settings.overview`. */
export interface HullRules {
  /** How far members are apart at most that are tied directly, in map units. */
  readonly tie: number
  /** Fewer are no hull, unless they are an open group. */
  readonly membersLeast: number
}

interface Belonging {
  readonly key: string
  readonly label: string
}

/** What a node belongs to; undefined = nothing that is known. */
export type BelongsTo = (node: SceneNode) => Belonging | undefined

/**
 * By what nodes are put together: the open group that they are in, else their stack or project or, where most have none, their host, if
 * there are several.
 */
export function belongsIn(nodes: readonly SceneNode[]): BelongsTo {
  const things = nodes.filter(({ pseudo }) => !pseudo)
  const inProject = things.filter(({ project }) => project !== undefined)
  const hosts = new Set(things.map(({ host }) => host).filter((host) => host !== undefined))
  const by = inProject.length * 2 >= things.length ? 'project' : hosts.size > 1 ? 'host' : undefined
  return (node) => {
    if (node.within) return { key: node.within.id, label: node.within.label }
    const label = by && node[by]
    return label === undefined ? undefined : { key: `${by}=${label}`, label }
  }
}

/** The hulls of nodes: of those that belong together, the ones that stand together. Nodes that are gone are in none. */
export function hullsOf(nodes: readonly SceneNode[], rules: HullRules): readonly Hull[] {
  const there = nodes.filter(({ goneMs }) => goneMs === undefined)
  const belongs = belongsIn(there)
  const alike = new Map<string, { readonly label: string; readonly nodes: SceneNode[] }>()
  for (const node of there) {
    const to = belongs(node)
    if (!to) continue
    const known = alike.get(to.key)
    if (known) known.nodes.push(node)
    else alike.set(to.key, { label: to.label, nodes: [node] })
  }
  return [...alike].flatMap(([key, { label, nodes }]) => {
    const colour = colourOfName(label)
    return tiedTogether(nodes, rules.tie)
      .filter(({ members }) => members.length >= rules.membersLeast || members.some(({ within }) => within))
      .map(({ members, ties }) => {
        const [first] = members.map(({ id }) => id).sort()
        return { id: `${key}/${first}`, label, colour, members, ties, middle: middleOf(members) }
      })
  })
}

type Tied = Pick<Hull, 'members' | 'ties'>

/** Parts nodes into those that hang together by ties. Nodes are looked up by cells as wide as a tie is long. */
function tiedTogether(nodes: readonly SceneNode[], tie: number): readonly Tied[] {
  const leader = nodes.map((_, index) => index)
  const lead = (index: number): number => {
    let at = index
    while (leader[at] !== at) at = leader[at] as number
    leader[index] = at
    return at
  }
  const cellOf = ({ x, y }: Point) => [Math.floor(x / tie), Math.floor(y / tie)] as const
  const cells = new Map<string, number[]>()
  const ties: (readonly [number, number])[] = []
  nodes.forEach((node, index) => {
    const [column, row] = cellOf(node)
    for (let x = column - 1; x <= column + 1; x++)
      for (let y = row - 1; y <= row + 1; y++)
        for (const other of cells.get(`${x},${y}`) ?? []) {
          const { x: otherX, y: otherY } = nodes[other] as SceneNode
          if (Math.hypot(otherX - node.x, otherY - node.y) > tie) continue
          ties.push([other, index])
          leader[lead(index)] = lead(other)
        }
    const key = `${column},${row}`
    const here = cells.get(key)
    if (here) here.push(index)
    else cells.set(key, [index])
  })
  const parts = new Map<number, { readonly members: SceneNode[]; readonly ties: [SceneNode, SceneNode][] }>()
  nodes.forEach((node, index) => {
    const part = parts.get(lead(index))
    if (part) part.members.push(node)
    else parts.set(lead(index), { members: [node], ties: [] })
  })
  for (const [a, b] of withoutDetours(nodes, ties))
    parts.get(lead(a))?.ties.push([nodes[a] as SceneNode, nodes[b] as SceneNode])
  return [...parts.values()]
}

/** Leaves out ties beside which two shorter ones lead to the same member: all hangs together without them, too. */
function withoutDetours(
  nodes: readonly SceneNode[],
  ties: readonly (readonly [number, number])[],
): readonly (readonly [number, number])[] {
  const tiedTo = nodes.map((): number[] => [])
  for (const [a, b] of ties) {
    tiedTo[a]?.push(b)
    tiedTo[b]?.push(a)
  }
  const apart = (a: number, b: number) => {
    const [from, to] = [nodes[a] as SceneNode, nodes[b] as SceneNode]
    return Math.hypot(from.x - to.x, from.y - to.y)
  }
  return ties.filter(([a, b]) => {
    const length = apart(a, b)
    return !tiedTo[a]?.some((other) => other !== b && apart(a, other) < length && apart(other, b) < length)
  })
}

function middleOf(members: readonly SceneNode[]): SceneNode {
  const x = members.reduce((sum, node) => sum + node.x, 0) / members.length
  const y = members.reduce((sum, node) => sum + node.y, 0) / members.length
  const off = (node: SceneNode) => Math.hypot(node.x - x, node.y - y)
  return members.reduce((best, node) => (off(node) < off(best) ? node : best))
}
