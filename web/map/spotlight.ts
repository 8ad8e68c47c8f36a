import type { Focus } from '../domain/node/neighbours.ts'
import { type Tween, tween } from './motion.ts'

/** The nodes and edges in focus, and how far everything else is dimmed. */
export interface Spotlight {
  readonly focus: Focus | undefined
  /** Sets the focus; with undefined everything becomes bright again. */
  turn(next: Focus | undefined, nowMs: number, lengthMs: number): void
  /** How far everything outside the focus is dimmed at a moment, 0 to 1. */
  dim(nowMs: number): number
  moves(nowMs: number): boolean
}

/**
 * Creates a spotlight without focus. After the focus is taken away, `focus` keeps its last value while the rest
 * brightens.
 */
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
