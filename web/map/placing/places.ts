import type { Point } from '../../domain/plot/geometry.ts'
import { type Tween, tween } from '../motion.ts'

/**
 * The places of the nodes of one view, and their movements. Places are kept after nodes are gone, for when they come
 * back.
 */
export interface Places {
  readonly now: ReadonlyMap<string, Point>
  /** The place of a node; while it moves, its destination. */
  target(id: string): Point | undefined
  /** Starts to move nodes to new places. A node that had no place is put there at once. */
  moveTo(goals: ReadonlyMap<string, Point>, nowMs: number, lengthMs: number): void
  /** Puts a node somewhere now. */
  put(id: string, at: Point): void
  /** Advances all movements to a moment; false when nothing was moving. */
  step(nowMs: number): boolean
  /** Forgets the places of these nodes. */
  forget(ids: Iterable<string>): void
  /** Forgets the places of nodes that are not listed. */
  keep(ids: ReadonlySet<string>): void
}

/** No places yet. */
export function createPlaces(): Places {
  const now = new Map<string, Point>()
  const moving = new Map<string, { readonly from: Point; readonly to: Point; readonly way: Tween }>()
  return {
    now,
    target: (id) => moving.get(id)?.to ?? now.get(id),
    moveTo(goals, nowMs, lengthMs) {
      const way = tween(nowMs, lengthMs)
      for (const [id, to] of goals) {
        const from = now.get(id)
        if (!from || lengthMs <= 0) {
          moving.delete(id)
          now.set(id, to)
        } else if (from.x !== to.x || from.y !== to.y) {
          moving.set(id, { from, to, way })
        }
      }
    },
    put(id, at) {
      moving.delete(id)
      now.set(id, at)
    },
    step(nowMs) {
      if (moving.size === 0) return false
      for (const [id, { from, to, way }] of moving) {
        const t = way.at(nowMs)
        now.set(id, { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t })
        if (way.done(nowMs)) moving.delete(id)
      }
      return true
    },
    forget(ids) {
      for (const id of ids) {
        moving.delete(id)
        now.delete(id)
      }
    },
    keep(ids) {
      for (const id of now.keys()) if (!ids.has(id)) now.delete(id)
    },
  }
}
