import type { NodeSummary } from '../../../src/api/types.ts'
import type { Settings } from '../../settings.ts'
import { edgeWidth, failingShare, isFailing, isQuiet, paceStep } from '../edge/edge-look.ts'
import type { Watch } from '../health/how-watched.ts'
import { hostOf } from '../node/belongs.ts'
import { type Glyph, glyphOf } from '../node/glyph-of.ts'
import { type Mark, markOf } from '../node/mark-of.ts'
import { colourOf } from '../node/node-look.ts'
import type { MapEdge, MapNode, OutlineEdge, OutlineNode } from './graph.ts'
import type { NetworkBars } from './networks.ts'

/** What the map shows of a node. It holds no more than that, since it goes from one thread to another. */
export interface DrawnNode
  extends OutlineNode,
    Pick<NodeSummary, 'shape' | 'state' | 'verified' | 'pseudo' | 'stack'> {
  readonly glyph: Glyph
  /** Of a host; see `Watch`. */
  readonly watch?: Watch['kind']
  /** What it is a part of ({@link NodeSummary.partOf}), and its host. */
  readonly project?: string
  readonly host?: string
  /** The mark that is shown instead of the glyph, once marks are there. */
  readonly mark?: Mark
  /** Index of the group colour; undefined = grey. */
  readonly colour: number | undefined
  /** Filled share of the ring, 0 to 1, in steps that can be told apart; undefined = no ring. */
  readonly ring: number | undefined
  /** The metric of the ring is near its limit. */
  readonly ringWarns?: boolean
  /** The networks that it is in, while they are shown. */
  readonly bars?: NetworkBars
}

/** What the map shows of an edge. Numbers are rounded to what can be told apart. */
export interface DrawnEdge extends OutlineEdge {
  readonly width: number
  readonly failing: boolean
  /** Of one that fails: the share of its connections that do, see `failingShare`; undefined when all do. */
  readonly failingShare?: number
  /** See `isQuiet`. */
  readonly quiet: boolean
  /** 0 = still, 1 to 3 = pace of its dashes. */
  readonly pace: number
  /** Drawn only while it, or a node at its end, is looked at: it is one of the lighter edges of a dense view. */
  readonly lighter: boolean
  /** Whether nodes are placed by it. */
  readonly placing: boolean
}

/** What the map shows of a view. */
export interface DrawnGraph {
  readonly nodes: ReadonlyMap<string, DrawnNode>
  readonly edges: ReadonlyMap<string, DrawnEdge>
}

/** Nothing. */
export const emptyDrawnGraph: DrawnGraph = { nodes: new Map(), edges: new Map() }

/** What the map shows of a node. @param ring see {@link DrawnNode.ring}; it is rounded */
export function drawnNode(
  node: MapNode,
  ring: number | undefined,
  { ringWarns, bars }: Pick<DrawnNode, 'ringWarns' | 'bars'> = {},
): DrawnNode {
  const { id, label, labelMinor, shape, group, state, verified, pseudo, stack, watch } = node
  const [project, host] = [node.partOf, hostOf(node)]
  const mark = markOf(node)
  return {
    ...{ id, label, labelMinor, shape, glyph: glyphOf(node), colour: colourOf(node), ring: ringStep(ring) },
    ...(mark && { mark }),
    ...(group && { group }),
    ...(state && { state }),
    ...(verified !== undefined && { verified }),
    ...(watch && { watch: watch.kind }),
    ...(pseudo && { pseudo }),
    ...(stack && { stack }),
    ...(ringWarns && { ringWarns }),
    ...(bars && { bars }),
    ...(project !== undefined && { project }),
    ...(host !== undefined && { host }),
  }
}

/** A share of a ring, rounded to steps of a pixel or two. */
export function ringStep(share: number | undefined): number | undefined {
  return share === undefined ? undefined : Math.round(share * 100) / 100
}

/** What of an edge's look the edge itself does not tell. */
export interface EdgeStanding extends Pick<DrawnEdge, 'lighter' | 'placing'> {
  /** See `isFailing`. */
  readonly failedLately: boolean
}

/** How an edge stands that is drawn, and by which nodes are placed, in any case. */
export const plainEdge: EdgeStanding = { failedLately: false, lighter: false, placing: true }

/** What the map shows of an edge. */
export function drawnEdge(
  edge: MapEdge,
  { failedLately, lighter, placing }: EdgeStanding,
  settings: Pick<Settings, 'edge' | 'traffic'>,
): DrawnEdge {
  const { id, source, target, open, openedPerSecond } = edge
  const failing = isFailing(edge, failedLately)
  const share = failing ? failingShare(edge) : undefined
  return {
    ...{ id, source, target, open, openedPerSecond: Math.round(openedPerSecond) },
    width: Math.round(edgeWidth(edge, settings.edge) * 4) / 4,
    failing,
    ...(share !== undefined && { failingShare: share }),
    quiet: isQuiet(edge),
    pace: paceStep(edge, settings.traffic.steps),
    lighter,
    placing,
  }
}

const besidesNumbers = [
  ...(['label', 'labelMinor', 'rank', 'shape', 'group', 'state', 'verified', 'pseudo', 'stack'] as const),
  'metadata',
] as const

/** Whether two states of a node differ in nothing but numbers. Lists are compared as objects: frames of numbers leave them as they are. */
export function differsInNumbersOnly(a: MapNode, b: MapNode): boolean {
  return a.watch?.kind === b.watch?.kind && besidesNumbers.every((key) => a[key] === b[key])
}

/** Whether two nodes or edges look the same: all their fields are equal, one level deep for a group. Bars are compared as objects. */
export function looksSame<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[]
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(
    (key) => a[key] === b[key] || (isGroup(a[key]) && isGroup(b[key]) && sameGroup(a[key], b[key])),
  )
}

type Group = NonNullable<OutlineNode['group']>

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && 'id' in value

const sameGroup = (a: Group, b: Group): boolean => a.id === b.id && a.label === b.label
