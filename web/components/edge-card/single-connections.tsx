import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from 'solid-js'
import type { ConnectionsDocument } from '../../../src/api/types.ts'
import {
  knownConnections,
  noneWords,
  probeProblems,
  type SortKey,
  shownWords,
  sortConnections,
} from '../../domain/edge/single-connections.ts'
import { count } from '../../domain/words/format.ts'
import { settings } from '../../settings.ts'
import type { Followed } from '../../state/follow.ts'
import { createHeldOrder } from '../keyed/held-order.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import { ConnectionItem } from './connection-item.tsx'

/** Props of {@link SingleConnections}. */
export interface SingleConnectionsProps {
  /** Identifies the edge. */
  readonly subject: string
  readonly connections: Followed<ConnectionsDocument>
  /** Whether the app shows simulated data; there are then no single connections to list. */
  readonly demo: boolean
  readonly onOpenProcess: (nodeId: string) => void
}

const sorts: readonly { readonly key: SortKey; readonly label: string; readonly title: string }[] = [
  { key: 'age', label: 'Age', title: 'Newest first' },
  { key: 'bytes', label: 'Bytes', title: 'Most bytes first' },
  { key: 'rtt', label: 'RTT', title: 'Longest round trip first' },
]

/** The list of an edge's single connections, as its probes report them on request. */
export function SingleConnections(props: SingleConnectionsProps): JSX.Element {
  const { singleFirst, singleStep } = settings.card
  const [sort, setSort] = createSignal<SortKey>('age')
  const [room, setRoom] = createSignal<number>(singleFirst)
  createEffect(
    on(
      () => props.subject,
      () => setRoom(singleFirst),
      { defer: true },
    ),
  )
  const document = () => props.connections.answer()
  const sorted = createMemo(() => knownConnections(sortConnections(document()?.connections ?? [], sort())))
  const problems = () => {
    const now = document()
    return now && !props.demo ? probeProblems(now) : []
  }
  const ordered = createHeldOrder(sorted)
  const shown = createMemo(() => ordered.items().slice(0, room()))
  const rest = () => sorted().length - shown().length

  return (
    <section class="card-section singles" data-testid="single-connections" aria-busy={!document()}>
      <div class="singles-head">
        <h3>
          Connections
          <Show when={sorted().length > 0 && document()}>
            {(now) => (
              <span class="card-count" data-testid="connections-count">
                {shownWords(now())}
              </span>
            )}
          </Show>
        </h3>
        <Show when={sorted().length > 1}>
          <fieldset class="segments" aria-label="Sort connections">
            <For each={sorts}>
              {({ key, label, title }) => (
                <button
                  type="button"
                  class="segment"
                  title={title}
                  data-sort={key}
                  aria-pressed={sort() === key}
                  onClick={() => setSort(key)}
                >
                  {label}
                </button>
              )}
            </For>
          </fieldset>
        </Show>
      </div>
      <For each={problems()}>
        {(problem) => (
          <p class="card-note" role="status" data-testid="connections-problem">
            {problem}
          </p>
        )}
      </For>
      <Show when={problemOf(props.connections)}>
        {(problem) => (
          <p class="card-note" role="status" data-testid="connections-problem">
            {problem()}
          </p>
        )}
      </Show>
      <Show
        when={document()}
        fallback={
          <Show when={!problemOf(props.connections)}>
            <p class="singles-none" role="status">
              Asking the probes…
            </p>
          </Show>
        }
      >
        {(now) => (
          <Show
            when={shown().length > 0}
            fallback={<p class="singles-none">{noneWords(now(), props.demo)}</p>}
          >
            <ul
              class="singles-list"
              onPointerEnter={() => ordered.hold(true)}
              onPointerLeave={() => ordered.hold(false)}
            >
              <Keyed each={shown()} by={idOf}>
                {(known) => (
                  <ConnectionItem
                    connection={known().connection}
                    document={now()}
                    onOpenProcess={props.onOpenProcess}
                  />
                )}
              </Keyed>
            </ul>
          </Show>
        )}
      </Show>
      <Show when={rest() > 0}>
        <button type="button" class="card-more" onClick={() => setRoom(room() + singleStep)}>
          Show {count(Math.min(rest(), singleStep))} more
        </button>
      </Show>
    </section>
  )
}

function problemOf({ failure, gone, answer }: Followed<ConnectionsDocument>): string | undefined {
  const failed = failure()
  if (failed) return `Connections could not be read: ${failed.message} Trying again.`
  return gone() && !answer() ? 'The app does not know these connections any more. Trying again.' : undefined
}
