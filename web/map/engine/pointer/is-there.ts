import type { Overview } from '../../overview/overview.ts'
import type { Hover } from '../../renderer/protocol.ts'
import type { MapState } from '../map-state.ts'

/**
 * Whether what is pointed at is on the map still, as what it was: a node that is gone is there as a ghost until it has faded, and edges
 * and the lines of bundles become each other with the level from which one looks.
 *
 * @param overview what is drawn when the map is seen from afar; undefined when it is not
 * @param ghostsSinceMs those that went before have faded
 */
export function isThere(
  hover: Hover,
  { graph, scene }: Pick<MapState, 'graph' | 'scene'>,
  overview: Overview | undefined,
  ghostsSinceMs: number,
): boolean {
  const { kind, id } = hover
  if (kind === 'node') return graph.nodes.has(id)
  if (kind === 'bundle') return overview?.bundles.has(id) ?? false
  if (kind === 'edge') return graph.edges.has(id) && (overview?.scene.edgeById.has(id) ?? true)
  const goneMs = scene.nodeById.get(id)?.goneMs
  return goneMs !== undefined && goneMs > ghostsSinceMs
}
