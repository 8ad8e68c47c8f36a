import { createEffect, createMemo, createSignal, on } from 'solid-js'

/** The question why two nodes are not connected, which the card of one of them asks and answers until it is left. */
export interface Explaining {
  /** The name of the other node that is asked about on the open card; empty = none yet, undefined = nothing is asked. */
  readonly other: () => string | undefined
  /** Asks on the card of a node, once that is open. @param other name of the other node; empty = to be typed */
  ask(nodeId: string, other: string): void
  stop(): void
  /** Whether the field for the name is to take the focus when it appears: once each time that somebody asks. */
  takesFocus(): boolean
}

/** @param cardOf id of the node whose card is open */
export function createExplaining(cardOf: () => string | undefined): Explaining {
  const [asked, setAsked] = createSignal<{ readonly nodeId: string; readonly other: string }>()
  let isFocusWanted = false
  const other = createMemo(() => {
    const now = asked()
    return now?.nodeId === cardOf() ? now?.other : undefined
  })
  const stop = () => setAsked(undefined)
  createEffect(on(cardOf, (nodeId) => asked()?.nodeId !== nodeId && stop()))
  return {
    other,
    ask(nodeId, name) {
      // The field is there already while something is asked.
      if (other() === undefined) isFocusWanted = true
      setAsked({ nodeId, other: name })
    },
    stop,
    takesFocus() {
      const isWanted = isFocusWanted
      isFocusWanted = false
      return isWanted
    },
  }
}
