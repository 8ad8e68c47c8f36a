import type { DrawnGraph } from '../../domain/graph/drawn-graph.ts'
import type { Box, Point } from '../../domain/plot/geometry.ts'
import type { SceneNode } from '../../draw/scene.ts'
import type { Places } from '../placing/places.ts'

/**
 * The nodes that are listed beside the map, for those who do not see it, with their places (where a node moves, its destination): all
 * of a small map. Of a larger one those in sight, or of more the busiest.
 *
 * @param sight the part of the map that is on screen
 * @param most how many are listed, at most
 */
export function listedNodes(
  graph: DrawnGraph,
  scene: readonly SceneNode[],
  places: Places,
  sight: Box,
  most: number,
): ReadonlyMap<string, Point> {
  const ids = graph.nodes.size <= most ? [...graph.nodes.keys()] : busiestInSight(scene, sight, most)
  const listed = new Map<string, Point>()
  for (const id of ids) {
    const at = places.target(id)
    if (at) listed.set(id, at)
  }
  return listed
}

function busiestInSight(scene: readonly SceneNode[], sight: Box, most: number): string[] {
  return scene
    .filter(({ x, y, goneMs }) => goneMs === undefined && isIn(sight, x, y))
    .sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))
    .slice(0, most)
    .map(({ id }) => id)
}

function isIn({ left, right, top, bottom }: Box, x: number, y: number): boolean {
  return x >= left && x <= right && y >= top && y <= bottom
}
