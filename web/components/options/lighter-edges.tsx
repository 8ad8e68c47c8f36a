import { type JSX, Show } from 'solid-js'
import type { LighterWords } from '../../domain/dense/lighter.ts'
import './group-by.css'

/** Props of {@link LighterEdges}. */
export interface LighterEdgesProps {
  /** Undefined = nothing to say. */
  readonly words: LighterWords | undefined
  /** Shows all edges, or only the heaviest. */
  readonly onAll: (areAllShown: boolean) => void
}

/** Says how many lighter edges of a dense map are hidden, with a button that shows or hides them. */
export function LighterEdges(props: LighterEdgesProps): JSX.Element {
  return (
    <Show when={props.words}>
      <div class="group-by options-group" data-testid="lighter">
        <span class="options-label">Edges</span>
        <Show when={props.words?.hidden}>
          <span class="group-by-said">{props.words?.hidden}</span>
        </Show>
        <button
          type="button"
          class="group-by-fold"
          data-testid="all-edges"
          title={props.words?.hint}
          onClick={() => props.onAll(props.words?.showsAll ?? false)}
        >
          {props.words?.action}
        </button>
      </div>
    </Show>
  )
}
