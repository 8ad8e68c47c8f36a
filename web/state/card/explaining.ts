import { createMemo, createSignal } from 'solid-js'

/** The question why two nodes are not connected, which the card of one of them asks and answers. */
export interface Explaining {
  /** The name of the other node that is asked about on the open card; empty = none yet, undefined = nothing is asked. */
  readonly other: () => string | undefined
  /** Asks on the card of a node, once that is open. @param other name of the other node; empty = to be typed */
  ask(nodeId: string, other: string): void
  stop(): void
}

/** @param cardOf id of the node whose card is open */
export function createExplaining(cardOf: () => string | undefined): Explaining {
  const [asked, setAsked] = createSignal<{ readonly nodeId: string; readonly other: string }>()
  const other = createMemo(() => {
    const now = asked()
    return now?.nodeId === cardOf() ? now?.other : undefined
  })
  return {
    other,
    ask: (nodeId, name) => setAsked({ nodeId, other: name }),
    stop: () => setAsked(undefined),
  }
}
