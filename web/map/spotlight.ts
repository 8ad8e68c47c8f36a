import type { Focus } from '../domain/neighbours.ts'
import { type Tween, tween } from './motion.ts'

/** What is in focus, and how far the rest has been dimmed. */
export interface Spotlight {
  readonly focus: Focus | undefined
  /** Turns to a focus, or with undefined to everything. */
  turn(next: Focus | undefined, nowMs: number, lengthMs: number): void
  /** How far the rest is dimmed, 0 to 1. */
  dim(nowMs: number): number
  moves(nowMs: number): boolean
}

/** Everything is bright at first. The last focus is kept while its surroundings come back. */
export function createSpotlight(): Spotlight {
  let focus: Focus | undefined
  let way: { readonly from: number; readonly to: number; readonly tween: Tween } = {
    from: 0,
    to: 0,
    tween: tween(0, 0),
  }
  const dim = (nowMs: number) => way.from + (way.to - way.from) * way.tween.at(nowMs)
  return {
    get focus() {
      return focus
    },
    turn(next, nowMs, lengthMs) {
      const to = next ? 1 : 0
      if (to !== way.to) way = { from: dim(nowMs), to, tween: tween(nowMs, lengthMs) }
      if (next) focus = next
    },
    dim,
    moves: (nowMs) => !way.tween.done(nowMs),
  }
}
