import type { Box, Point } from '../../domain/plot/geometry.ts'
import type { LayoutNode } from '../protocol.ts'

/** Boxes that take up space, kept in a grid of cells, so that looking one up does not depend on how many there are. */
export interface Occupied {
  add(box: Box): void
  isFree(box: Box): boolean
}

/** Nothing is occupied yet. @param cell width and height of the grid's cells: about the size of a box */
export function createOccupied(cell: number): Occupied {
  const held = new Map<string, Box[]>()
  const cellsOf = ({ left, right, top, bottom }: Box): string[] => {
    const keys: string[] = []
    for (let column = Math.floor(left / cell); column <= Math.floor(right / cell); column++) {
      for (let row = Math.floor(top / cell); row <= Math.floor(bottom / cell); row++)
        keys.push(`${column} ${row}`)
    }
    return keys
  }
  return {
    add(box) {
      for (const key of cellsOf(box)) {
        const boxes = held.get(key)
        if (boxes) boxes.push(box)
        else held.set(key, [box])
      }
    },
    isFree: (box) => cellsOf(box).every((key) => !held.get(key)?.some((other) => overlaps(box, other))),
  }
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

/** The box of a node's shape and label at a place, with free space around it. */
export function boxOf(node: LayoutNode, at: Point, around = 0): Box {
  return {
    left: at.x - node.halfWidth - around,
    right: at.x + node.halfWidth + around,
    top: at.y - node.r - around,
    bottom: at.y + node.below + around,
  }
}
