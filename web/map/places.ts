import type { Point } from '../domain/geometry.ts'
import { type Tween, tween } from './motion.ts'

/** Where the nodes of one view are, and where they are moving. Places outlive their nodes: who comes back finds its place. */
export interface Places {
  readonly now: ReadonlyMap<string, Point>
  /** Where a node is, or will be when it has arrived. */
  target(id: string): Point | undefined
  /** Sets nodes on their way; one that had no place is there at once. */
  moveTo(goals: ReadonlyMap<string, Point>, nowMs: number, lengthMs: number): void
  /** Puts a node somewhere now. */
  put(id: string, at: Point): void
  /** Moves on to a moment; false when everything has arrived. */
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
