import type { SimulatedNode } from './simulated-node.ts'

/** A d3 force that also returns whether it had to push any nodes apart. */
export interface ApartForce {
  (alpha: number): boolean
  initialize(nodes: SimulatedNode[]): void
}

/**
 * A force that pushes apart nodes whose boxes (shape and label) overlap, along the axis on which they overlap less.
 * Fixed nodes (with `fx`) are not moved. A grid of cells keeps it linear in the number of nodes.
 *
 * @param margin free space to leave between boxes
 */
export function keepApart(margin: number): ApartForce {
  let nodes: SimulatedNode[] = []
  let cell = 1
  const force = () => {
    let any = false
    const cells = new Map<number, SimulatedNode[]>()
    for (const node of nodes) {
      const key = cellKey(Math.floor((node.x ?? 0) / cell), Math.floor((node.y ?? 0) / cell))
      const held = cells.get(key)
      if (held) held.push(node)
      else cells.set(key, [node])
    }
    for (const node of nodes) {
      const column = Math.floor((node.x ?? 0) / cell)
      const row = Math.floor((node.y ?? 0) / cell)
      for (let dc = -1; dc <= 1; dc++) {
        for (let dr = -1; dr <= 1; dr++) {
          for (const other of cells.get(cellKey(column + dc, row + dr)) ?? []) {
            if (node.index !== undefined && other.index !== undefined && node.index < other.index) {
              any = part(node, other, margin) || any
            }
          }
        }
      }
    }
    return any
  }
  force.initialize = (given: SimulatedNode[]) => {
    nodes = given
    cell = Math.max(1, ...nodes.map((node) => Math.max(2 * node.halfWidth, node.r + node.below) + margin))
  }
  return force
}

function cellKey(column: number, row: number): number {
  return (column + 32_768) * 65_536 + row + 32_768
}

function part(a: SimulatedNode, b: SimulatedNode, margin: number): boolean {
  const aFixed = typeof a.fx === 'number'
  const bFixed = typeof b.fx === 'number'
  if (aFixed && bFixed) return false
  const ax = a.x ?? 0
  const ay = (a.y ?? 0) + (a.below - a.r) / 2
  const bx = b.x ?? 0
  const by = (b.y ?? 0) + (b.below - b.r) / 2
  const overX = a.halfWidth + b.halfWidth + margin - Math.abs(bx - ax)
  const overY = (a.r + a.below + b.r + b.below) / 2 + margin - Math.abs(by - ay)
  if (overX <= 0.5 || overY <= 0.5) return false
  const forA = bFixed ? 1 : aFixed ? 0 : 0.5
  const pace = 0.7
  if (overX < overY) {
    const push = Math.sign(bx - ax || 1) * overX * pace
    a.x = ax - push * forA
    b.x = bx + push * (1 - forA)
  } else {
    const push = Math.sign(by - ay || 1) * overY * pace
    a.y = (a.y ?? 0) - push * forA
    b.y = (b.y ?? 0) + push * (1 - forA)
  }
  return true
}
