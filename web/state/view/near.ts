import { createMemo, createSignal } from 'solid-js'
import { isNarrowed, type Near, narrowedTo, nearWords, toggledNear } from '../../domain/graph/near.ts'
import type { LiveContent } from './live-view.ts'

/** Whether the map shows all of the view, or what is near a node. */
export interface NearState {
  /** What the map shows. */
  readonly content: () => LiveContent
  /** Whether a node was chosen to show what is near it, in this view or another. */
  readonly isSet: () => boolean
  /** Near which node, in words; undefined when all is shown. */
  readonly words: () => string | undefined
  /** Shows only what is at most some steps from the chosen node or, when that is what is shown, all. */
  toggle(hops: 1 | 2): void
  /** Shows all. */
  clear(): void
}

/**
 * @param all all of the view
 * @param chosen id of the node whose card is open
 */
export function createNear(all: () => LiveContent, chosen: () => string | undefined): NearState {
  const [near, setNear] = createSignal<Near>()
  return {
    content: createMemo(() => narrowedTo(near(), all())),
    isSet: () => near() !== undefined,
    words: () => {
      const only = near()
      return isNarrowed(only, all()) ? nearWords(only) : undefined
    },
    toggle: (hops) => void setNear((only) => toggledNear(only, all(), chosen(), hops)),
    clear: () => void setNear(undefined),
  }
}
