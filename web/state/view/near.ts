import { createMemo } from 'solid-js'
import type { Route } from '../../domain/address/route.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { isNarrowed, type NearWords, narrowedTo, nearWords, toggledNear } from '../../domain/graph/near.ts'

/** Whether the map shows all of the view, or what is near a node. */
export interface NearState {
  /** What the map shows. */
  readonly content: () => LiveContent
  /** Whether a node was chosen to show what is near it, in this view or another. */
  readonly isSet: () => boolean
  /** Whether this view shows only what is near a node. */
  readonly isNarrowed: () => boolean
  /** Near which node, in words; undefined when all is shown. */
  readonly words: () => NearWords | undefined
  /** Shows only what is at most some steps from the chosen node or, when that is what is shown, all. */
  toggle(hops: 1 | 2): void
  /** Shows all. */
  clear(): void
}

/** What {@link createNear} depends on. */
export interface NearSources {
  /** All of the view. */
  readonly all: () => LiveContent
  /** Id of the node whose card is open. */
  readonly chosen: () => string | undefined
  readonly route: () => Route
  readonly go: (change: Partial<Route>) => void
}

/** Narrows the view to what is near a node while the address says so. */
export function createNear({ all, chosen, route, go }: NearSources): NearState {
  const near = createMemo(() => route().near)
  return {
    content: createMemo(() => narrowedTo(near(), all())),
    isSet: () => near() !== undefined,
    isNarrowed: () => isNarrowed(near(), all()),
    words: () => nearWords(near(), all()),
    toggle: (hops) => go({ near: toggledNear(near(), all(), chosen(), hops) }),
    clear: () => go({ near: undefined }),
  }
}
