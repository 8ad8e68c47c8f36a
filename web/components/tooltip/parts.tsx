import { type JSX, Show } from 'solid-js'
import type { EdgeParts } from '../../domain/edge/edge-parts.ts'
import { count } from '../../domain/words/format.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'

/** Who calls whom in a line that stands for several. */
export function Parts(props: { readonly all: EdgeParts }): JSX.Element {
  return (
    <>
      <dl data-testid="edge-parts">
        <Keyed each={props.all.parts} by={idOf}>
          {(part) => (
            <div data-tone={part().tone}>
              <dt class="edge-tooltip-part">
                {part().from} → {part().to}
              </dt>
              <dd class="edge-tooltip-words">{part().words}</dd>
            </div>
          )}
        </Keyed>
      </dl>
      <Show when={props.all.rest > 0}>
        <p class="edge-tooltip-note">and {count(props.all.rest)} more</p>
      </Show>
    </>
  )
}
