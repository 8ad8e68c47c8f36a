import type { Point } from '../domain/plot/geometry.ts'
import { union } from '../domain/plot/geometry.ts'
import type { Settings } from '../settings.ts'
import { boxOf } from './places/occupied.ts'
import type { Edges, LayoutNode } from './protocol.ts'

/**
 * Lays out connected nodes for a space of an aspect (width over height), which are a share (from 0 to 1) of all nodes of the map. The
 * result has a place for each, by index.
 */
export type WayToLayOut = (
  nodes: readonly LayoutNode[],
  edges: Edges,
  aspect: number,
  layout: Settings['layout'],
  share: number,
) => readonly Point[]

/** Some nodes laid out on their own, from (0, 0) on. */
export interface Block {
  readonly width: number
  readonly height: number
  readonly places: readonly Point[]
}

/** A way to lay out of which all else is decided. The result has a place for each, by index. */
export type LayOut = (nodes: readonly LayoutNode[], edges: Edges) => readonly Point[]

/** Lays out some of the nodes, which are given by index, and moves the result to (0, 0). */
export function blockOf(
  group: readonly number[],
  nodes: readonly LayoutNode[],
  edges: Edges,
  layOut: LayOut,
): Block {
  const local = new Map(group.map((node, index) => [node, index]))
  const inner = edges.flatMap(([from, to]): (readonly [number, number])[] => {
    const a = local.get(from)
    const b = local.get(to)
    return a === undefined || b === undefined ? [] : [[a, b]]
  })
  const members = group.map((node) => nodes[node] as LayoutNode)
  const centres = layOut(members, inner)
  const box = union(centres.map((centre, index) => boxOf(members[index] as LayoutNode, centre)))
  if (!box) return { width: 0, height: 0, places: [] }
  return {
    width: box.right - box.left,
    height: box.bottom - box.top,
    places: centres.map((centre) => ({ x: centre.x - box.left, y: centre.y - box.top })),
  }
}
