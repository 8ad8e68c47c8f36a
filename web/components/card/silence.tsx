import { createMemo, type JSX, Show } from 'solid-js'
import type { NodeSummary, ProbeSummary } from '../../../src/api/types.ts'
import { lateWords, probesOf } from '../../domain/words/late.ts'

/** Props of {@link Silence}. */
export interface SilenceProps {
  /** What the card is about. */
  readonly nodes: readonly (Pick<NodeSummary, 'id' | 'parents' | 'pseudo'> | undefined)[]
  /** Undefined before they have been received. */
  readonly probes: readonly ProbeSummary[] | undefined
}

/** Says that the host of a node has not reported for a while, and for how long; nothing while reports come in time. */
export function Silence(props: SilenceProps): JSX.Element {
  const words = createMemo(() =>
    lateWords(
      probesOf(
        props.nodes.filter((node) => node !== undefined),
        props.probes ?? [],
      ),
    ),
  )
  return (
    <Show when={words()}>
      {(text) => (
        <p class="card-note" data-testid="card-silent">
          {text()}
        </p>
      )}
    </Show>
  )
}
