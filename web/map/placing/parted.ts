import type { Point } from '../../domain/plot/geometry.ts'
import { keepApart } from '../../layout/ways/keep-apart.ts'
import { simulated } from '../../layout/ways/simulated-node.ts'

/** The size of a node with its label; see `LayoutNode`. */
export interface NodeSize {
  readonly r: number
  readonly halfWidth: number
  readonly below: number
}

/** The size of what is not known. */
export const noSize: NodeSize = { r: 0, halfWidth: 0, below: 0 }

/** The most rounds in which overlapping nodes are pushed apart. */
const roundsApart = 60

/**
 * Pushes apart overlapping nodes, without moving those in `held`. Nodes without a size are not shown, and keep their
 * places.
 *
 * @param margin free space to leave between nodes
 * @returns the places of all but those in `held`
 */
export function parted(
  places: ReadonlyMap<string, Point>,
  held: ReadonlyMap<string, Point>,
  sizes: ReadonlyMap<string, NodeSize>,
  margin: number,
): ReadonlyMap<string, Point> {
  const shown = [...places, ...held].filter(([id]) => sizes.has(id))
  const bodies = shown.map(([id, { x, y }], index) => ({
    ...simulated({ id, ...(sizes.get(id) ?? noSize) }, x, y, held.has(id)),
    index,
  }))
  const apart = keepApart(margin)
  apart.initialize(bodies)
  for (let round = 0; round < roundsApart && apart(0); round++);
  const result = new Map(places)
  shown.forEach(([id], index) => {
    const body = bodies[index]
    if (!held.has(id) && body?.x !== undefined && body.y !== undefined)
      result.set(id, { x: body.x, y: body.y })
  })
  return result
}
