import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from 'solid-js'
import type { Reason } from '../../../domain/happening/explain.ts'
import { Section } from '../section.tsx'
import './explain.css'

/** Props of {@link Explain}. */
export interface ExplainProps {
  /** The names of the nodes that can be asked about. */
  readonly names: readonly string[]
  /** Why the node of the card and the one of this name are not connected. */
  readonly explain: (name: string) => readonly Reason[]
}

/** Asks why the node of a card is not connected to another, and tells what may be the reasons. */
export function Explain(props: ExplainProps): JSX.Element {
  const [asks, setAsks] = createSignal(false)
  const [name, setName] = createSignal('')
  const reasons = createMemo(() => (asks() && name().trim() ? props.explain(name()) : []))
  const listId = createUniqueId()
  const stop = () => {
    setAsks(false)
    setName('')
  }
  return (
    <Show
      when={asks()}
      fallback={
        <button type="button" class="card-more" data-testid="explain-open" onClick={() => setAsks(true)}>
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
          ref={(field) => queueMicrotask(() => field.focus())}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.preventDefault()
            stop()
          }}
        />
        <datalist id={listId}>
          <For each={props.names}>{(one) => <option value={one} />}</For>
        </datalist>
        <ul class="explain-reasons" role="status">
          <For each={reasons()}>
            {(reason) => (
              <li data-testid="reason" data-kind={reason.kind}>
                {reason.words}
              </li>
            )}
          </For>
        </ul>
      </Section>
    </Show>
  )
}
