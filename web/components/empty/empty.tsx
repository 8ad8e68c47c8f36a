import { createMemo, type JSX, Show } from 'solid-js'
import type { ProbeSummary, ViewDescription } from '../../../src/api/types.ts'
import type { RequestError } from '../../data/api.ts'
import type { StreamState } from '../../data/live/view-stream.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { emptyWords } from '../../domain/words/empty-words.ts'
import './empty.css'

/** Props of {@link Empty}. */
export interface EmptyProps {
  readonly view: ViewDescription | undefined
  readonly content: LiveContent
  readonly stream: StreamState
  readonly probes: readonly ProbeSummary[] | undefined
  readonly failure: RequestError | undefined
}

/** Explains why the map is empty, and what to do about it. */
export function Empty(props: EmptyProps): JSX.Element {
  const words = createMemo(() =>
    emptyWords({
      viewName: props.view?.name,
      hidden: props.view?.stats.filtered_nodes ?? 0,
      filtered: props.content.query,
      loaded: props.content.loaded,
      nodes: props.content.graph.nodes.size,
      stream: props.stream,
      probes: props.probes,
      failure: props.failure,
    }),
  )
  return (
    <div class="empty" data-testid="empty" data-busy={words().busy} role="status">
      <p class="empty-title">{words().title}</p>
      <Show when={words().detail}>
        <p class="empty-detail">{words().detail}</p>
      </Show>
    </div>
  )
}
