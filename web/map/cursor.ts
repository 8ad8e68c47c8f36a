import type { Hover } from './renderer/protocol.ts'

/** What the pointer looks like over the map. */
export type CursorName = 'node' | 'edge' | 'none' | 'grabbing'

/** What is known of the place where the pointer is, while the renderer is asked what is there. */
export interface Cursor {
  /** Whether a node may be under the pointer: one is, or it is not known yet. */
  readonly mayBeOnNode: boolean
  /** The renderer was asked. */
  asked(): void
  /** The renderer has answered or, not asked, told. */
  answered(hover: Hover | undefined, wasAsked: boolean): void
  /** Something is dragged. */
  grab(): void
  release(): void
}

/** Creates a cursor over nothing. */
export function createCursor(show: (name: CursorName) => void): Cursor {
  let pending = 0
  let hover: Hover | undefined
  let isGrabbing = false
  return {
    get mayBeOnNode() {
      return pending > 0 || hover?.kind === 'node'
    },
    asked() {
      pending += 1
    },
    answered(next, wasAsked) {
      if (wasAsked) pending -= 1
      hover = next
      if (!isGrabbing) show(next?.kind === 'node' || next?.kind === 'edge' ? next.kind : 'none')
    },
    grab() {
      isGrabbing = true
      show('grabbing')
    },
    release() {
      isGrabbing = false
      show('none')
    },
  }
}
