import type { NodeState, Shape } from '../../src/api/types.ts'
import type { NetworkBars } from '../domain/graph/networks.ts'
import type { Watch } from '../domain/health/how-watched.ts'
import type { Glyph } from '../domain/node/glyph-of.ts'
import type { Mark } from '../domain/node/mark-of.ts'
import type { Curve } from '../domain/plot/geometry.ts'

/** A node ready to be drawn. Lengths are map units. */
export interface SceneNode {
  readonly id: string
  readonly label: string
  readonly minor: string
  readonly shape: Shape
  readonly glyph: Glyph
  /** Shown instead of the glyph, once marks are there. */
  readonly mark: Mark | undefined
  /** Index of the group colour; undefined = grey. */
  readonly colour: number | undefined
  readonly stack: boolean
  /** The open group that the node is a member of. */
  readonly within: { readonly id: string; readonly label: string } | undefined
  /** What it is a part of, and its host. */
  readonly project: string | undefined
  readonly host: string | undefined
  /** See `NodeSummary`. */
  readonly pseudo: boolean
  /** Seen from afar as a part of its hull, which has a name: drawn as its outline, and without one. */
  readonly plain?: true
  readonly state: NodeState | undefined
  /** Of a host of which not all is seen. */
  readonly watch: Watch['kind'] | undefined
  /** Only a probe that does not hold the app's cluster key tells of it. */
  readonly unverified: boolean
  /** The user has put it where it is, and it stays there. */
  readonly pinned: boolean
  /** Filled share of the ring, 0 to 1; undefined = no ring. */
  readonly ring: number | undefined
  /** The metric of the ring is near its limit. */
  readonly ringWarns: boolean
  /** The networks that it is in, while they are shown. */
  readonly bars: NetworkBars | undefined
  readonly r: number
  x: number
  y: number
  /** When the node disappeared, on the clock of frames; it fades out since then. Undefined while it is there. */
  readonly goneMs: number | undefined
  readonly arrivedMs: number | undefined
  /** Of two labels that collide, that of the node with more weight is kept. */
  readonly weight: number
}

/** An edge ready to be drawn. */
export interface SceneEdge {
  readonly id: string
  readonly source: SceneNode
  readonly target: SceneNode
  readonly width: number
  readonly failing: boolean
  /** See `DrawnEdge`. */
  readonly failingShare?: number | undefined
  /** See `isQuiet`. */
  readonly quiet: boolean
  /** 0 = still, 1 to 3 = pace of its dashes. */
  readonly pace: number
  /** See `DrawnEdge`. */
  readonly lighter: boolean
  readonly goneMs: number | undefined
  curve: Curve
}

/** The nodes and edges that are drawn, in drawing order. */
export interface Scene {
  readonly nodes: readonly SceneNode[]
  readonly edges: readonly SceneEdge[]
  readonly nodeById: ReadonlyMap<string, SceneNode>
  readonly edgeById: ReadonlyMap<string, SceneEdge>
}

/** A scene with nothing in it. */
export const emptyScene: Scene = { nodes: [], edges: [], nodeById: new Map(), edgeById: new Map() }

/** Nodes that belong together and stand together. */
export interface Hull {
  readonly id: string
  /** What they belong to: an open group, a project or a host. */
  readonly label: string
  /** Index of the group colour. */
  readonly colour: number
  readonly members: readonly SceneNode[]
  /** Pairs of members that are near each other. By them all members hang together. */
  readonly ties: readonly (readonly [SceneNode, SceneNode])[]
  /** The member in the middle. */
  readonly middle: SceneNode
}

/** Ids of what is pointed at or selected. */
export interface LookedAt {
  readonly hoveredNode: string | undefined
  readonly hoveredEdge: string | undefined
  readonly selectedNode: string | undefined
  readonly selectedEdge: string | undefined
}

/** Whether an edge is drawn and can be pointed at: it is not one of the lighter ones, or it or a node at its end is looked at. */
export function isDrawn({ id, source, target, lighter }: SceneEdge, at: LookedAt): boolean {
  const isAt = (node: string | undefined) => node === source.id || node === target.id
  return (
    !lighter ||
    id === at.hoveredEdge ||
    id === at.selectedEdge ||
    isAt(at.hoveredNode) ||
    isAt(at.selectedNode)
  )
}
