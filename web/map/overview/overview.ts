import { isInTrouble } from '../../../src/topology/trouble.ts'
import { widthOfSum } from '../../domain/edge/edge-look.ts'
import { colourOfName } from '../../domain/node/node-look.ts'
import { edgeCurve } from '../../domain/plot/geometry.ts'
import type { Hull, Scene, SceneEdge, SceneNode } from '../../draw/scene.ts'
import type { Settings } from '../../settings.ts'
import { belongsIn, hullsOf } from './hulls.ts'

/** Edges between the same two hulls, or between a hull and a node, that are drawn as one. */
export interface Bundle {
  /** Names of its ends. */
  readonly from: string
  readonly to: string
  /** Ids of its edges. */
  readonly edges: ReadonlySet<string>
}

/** What is drawn of a scene from afar: hulls in place of their members' details, and one edge for all between two of them. */
export interface Overview {
  readonly hulls: readonly Hull[]
  /** Nodes in the colour of what they belong to, members of hulls as plain ones, and of the edges those that are drawn one by one, and bundles. */
  readonly scene: Scene
  readonly bundles: ReadonlyMap<string, Bundle>
}

/**
 * Makes the overview of a scene. Edges within a hull are left out; those that fail, that are gone, or that are the only one between their
 * ends stay as they are.
 */
export function overviewOf(scene: Scene, settings: Pick<Settings, 'edge' | 'overview'>): Overview {
  const hulls = hullsOf(scene.nodes, settings.overview)
  const hullOf = new Map(hulls.flatMap((hull) => hull.members.map(({ id }) => [id, hull] as const)))
  const belongs = belongsIn(scene.nodes.filter(({ goneMs }) => goneMs === undefined))
  const nodes = scene.nodes.map((node): SceneNode => {
    const to = hulls.length > 0 && node.goneMs === undefined ? belongs(node) : undefined
    if (to === undefined) return node
    const coloured: SceneNode = { ...node, colour: colourOfName(to.label) }
    return hullOf.has(node.id) ? { ...coloured, plain: true } : coloured
  })
  const single: SceneEdge[] = []
  const between = new Map<string, SceneEdge[]>()
  for (const edge of scene.edges) {
    const from = hullOf.get(edge.source.id)
    const to = hullOf.get(edge.target.id)
    if (edge.failing || edge.goneMs !== undefined || (!from && !to)) single.push(edge)
    else if (from !== to) {
      const id = `${from?.id ?? edge.source.id}>${to?.id ?? edge.target.id}`
      const known = between.get(id)
      if (known) known.push(edge)
      else between.set(id, [edge])
    }
  }
  const bundles = [...between].map(([id, edges]): SceneEdge => {
    const [first] = edges as [SceneEdge, ...SceneEdge[]]
    const source = endAt(first.source, hullOf.get(first.source.id))
    const target = endAt(first.target, hullOf.get(first.target.id))
    return {
      ...{ id: edges.length === 1 ? first.id : id, source, target, failing: false, goneMs: undefined },
      width: widthOfSum(
        edges.map(({ width }) => width),
        settings.edge,
      ),
      quiet: edges.every(({ quiet }) => quiet),
      pace: Math.max(...edges.map(({ pace }) => pace)),
      lighter: edges.every(({ lighter }) => lighter),
      curve: edgeCurve(source, target, settings.edge),
    }
  })
  const edges = [...bundles, ...single]
  return {
    hulls,
    scene: {
      nodes,
      edges,
      nodeById: new Map(nodes.map((node) => [node.id, node])),
      edgeById: new Map(edges.map((edge) => [edge.id, edge])),
    },
    bundles: new Map(
      [...between]
        .filter(([, edges]) => edges.length > 1)
        .map(([id, edges]): [string, Bundle] => {
          const { source, target } = edges[0] as SceneEdge
          return [
            id,
            {
              from: hullOf.get(source.id)?.label ?? source.label,
              to: hullOf.get(target.id)?.label ?? target.label,
              edges: new Set(edges.map((edge) => edge.id)),
            },
          ]
        }),
    ),
  }
}

/** Where the line of a bundle ends: at the middle of a hull, which is no node that could be hovered, else at the node itself. */
const endAt = (node: SceneNode, hull: Hull | undefined): SceneNode =>
  hull ? { ...hull.middle, id: hull.id } : node

/** Ids of the nodes that are not well: by their state, because they are silent, or because connections to them fail. */
export function troubledIn({ nodes, edges }: Scene): ReadonlySet<string> {
  const ill = nodes.filter(
    (node) => node.goneMs === undefined && (isInTrouble(node) || node.watch === 'silent'),
  )
  const failing = edges.filter((edge) => edge.failing && edge.goneMs === undefined)
  return new Set([...ill.map(({ id }) => id), ...failing.map(({ target }) => target.id)])
}
