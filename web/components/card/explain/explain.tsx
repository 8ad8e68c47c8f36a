import { createMemo, createUniqueId, For, Index, type JSX, Show } from 'solid-js'
import { type ExplainFacts, explain } from '../../../domain/happening/explain.ts'
import { Section } from '../section.tsx'
import './explain.css'

/** Props of {@link Explain}. */
export interface ExplainProps {
  /** The names of the nodes that can be asked about. */
  readonly names: readonly string[]
  /** The name that is asked about; empty = none yet, undefined = nothing is asked. */
  readonly other: string | undefined
  /** Another name is asked about, or with undefined none any more. */
  readonly onOther: (name: string | undefined) => void
  /** Whether the field is to take the focus when it appears; true once each time that somebody asks. */
  readonly takesFocus: () => boolean
  /** What decides why the node of the card and the one of this name are not connected. */
  readonly facts: (name: string) => ExplainFacts
}

/** Asks why the node of a card is not connected to another, and tells what may be the reasons. */
export function Explain(props: ExplainProps): JSX.Element {
  const reasons = createMemo(() => (props.other?.trim() ? explain(props.facts(props.other)) : []))
  const listId = createUniqueId()
  return (
    <Show
      when={props.other !== undefined}
      fallback={
        <button type="button" class="card-more" data-testid="explain-open" onClick={() => props.onOther('')}>
          Explain connection to …
        </button>
      }
    >
      <Section title="Connection to" testId="explain">
        <input
          class="explain-name"
          type="text"
          aria-label="Explain the connection to"
          placeholder="Name of a node"
          list={listId}
          value={props.other}
          // It appears, too, when the node has been away from the map for a while.
          ref={(field) => props.takesFocus() && queueMicrotask(() => field.focus())}
          onChange={(event) => props.onOther(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.preventDefault()
            props.onOther(undefined)
          }}
        />
        <datalist id={listId}>
          <For each={props.names}>{(one) => <option value={one} />}</For>
        </datalist>
        <ul class="explain-reasons" role="status">
          <Index each={reasons()}>
            {(reason) => (
              <li data-testid="reason" data-kind={reason().kind}>
                {reason().words}
              </li>
            )}
          </Index>
        </ul>
      </Section>
    </Show>
  )
}
