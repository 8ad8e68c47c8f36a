import { Index, type JSX, Show } from 'solid-js'
import { marked } from '../../domain/search/suggestions.ts'
import './marked.css'

/** A text in which ranges are marked. */
export function Marked(props: {
  readonly text: string
  readonly ranges: readonly { readonly from: number; readonly to: number }[]
}): JSX.Element {
  return (
    <Index each={marked(props.text, props.ranges)}>
      {(part) => (
        <Show when={part().mark} fallback={part().text}>
          <mark class="marked">{part().text}</mark>
        </Show>
      )}
    </Index>
  )
}
